"""Re-makes the learned numbers that the package ships. Not part of it; needs scikit-image and the data."""
