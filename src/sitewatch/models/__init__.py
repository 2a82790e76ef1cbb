"""The learned parts: numbers that were fitted on imagery, each with a card that says on what."""
