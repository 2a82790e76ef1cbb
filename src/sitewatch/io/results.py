"""A run folder, read and written."""
