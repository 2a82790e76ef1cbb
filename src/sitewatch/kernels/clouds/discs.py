"""Masks widened and opened by discs, and down to which pixels edges are sharp."""

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

# Pixels finer than this show the edge of a roof as an edge; coarser ones blur it like a cloud's.
SHARP_BELOW_M = 5.0


def disc(radius: float) -> NDArray[np.uint8]:
    """Return a disc of `radius` pixels, but at least 1, for `cv2.dilate` and its like."""
    reach = max(1, round(radius))
    down, across = np.ogrid[-reach : reach + 1, -reach : reach + 1]
    return np.asarray(down**2 + across**2 <= reach**2, np.uint8)


def within(mask: Mask, pixels: float) -> Mask:
    """Return the pixels not farther than `pixels` from the mask."""
    if not mask.any():
        return mask
    return np.asarray(cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5) <= pixels)


def opened(mask: Mask, radius: float) -> Mask:
    """Keep what a disc of `radius` pixels covers that fits into the mask; beyond the image it always fits."""
    if not mask.any():
        return mask
    framed = np.pad(mask, 1, constant_values=True).astype(np.uint8)
    # Distances are between the middles of pixels: half a pixel more than to the edge.
    fits = (cv2.distanceTransform(framed, cv2.DIST_L2, 5) > radius + 0.5)[1:-1, 1:-1]
    return mask & within(fits, radius)
