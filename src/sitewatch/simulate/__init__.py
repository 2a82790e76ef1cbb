"""Draws scenes whose truth is known. Knows nothing of the detector, nor the detector of it."""
