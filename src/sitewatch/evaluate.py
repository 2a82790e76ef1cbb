"""Score a run against labelled changes."""
