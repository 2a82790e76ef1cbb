"""What makes a run something one can stand behind: digests of every input and output."""
