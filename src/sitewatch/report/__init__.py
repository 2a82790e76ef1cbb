"""What people look at: chips and the page of a run."""
