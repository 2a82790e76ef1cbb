"""The rectangle that a thing with right angles fills."""

from sitewatch.kernels.rectangles.fit import fit_rectangle
from sitewatch.kernels.rectangles.rectangle import Rectangle

__all__ = ["Rectangle", "fit_rectangle"]
