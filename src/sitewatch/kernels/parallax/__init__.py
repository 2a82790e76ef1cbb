"""Tall things that lean another way in the second image: a roof that moved while the ground stayed.

Seen at an angle, the roof of a tower stands beside its foot, and from two directions it stands in two places:
one looks like a demolition and the other like a construction. All towers of two images are moved in one
common direction, the difference of the two views, each by as much as it is high.

`fit_direction` is a *fit*: windows of the images to one direction. `find_moved` looks along it for one thing.
"""

from sitewatch.kernels.parallax.correlate import REACH_M
from sitewatch.kernels.parallax.direction import Direction, fit_direction
from sitewatch.kernels.parallax.moved import Moved, find_moved

__all__ = ["REACH_M", "Direction", "Moved", "find_moved", "fit_direction"]
