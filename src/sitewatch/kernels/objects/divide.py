"""One object or several: where parts stand apart at a higher probability, they are objects of their own.

*Global*: parts may be as large as the image.
"""

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects as windows_of

Labels = NDArray[np.int32]
Mask = NDArray[np.bool_]

# Probabilities at which parts may stand apart.
_LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9)


def divide(mask: Mask, probability: NDArray[np.float32], least: int) -> Labels:
    """Label the parts of a mask, divided along the valleys of the probability.

    The probability is cut at rising levels. What falls into two or more parts of at least `least` pixels is
    divided, and the pixels below the level go to the part that they lead up to (watershed, Meyer 1994).

    Parameters
    ----------
    mask : (rows, columns) bool
    probability : (rows, columns) float32
        0..1, no NaN.
    least : int
        Smallest part that divides, pixels; 0 labels the mask as it is.

    Returns
    -------
    (rows, columns) int32
        0 outside the mask, and on the lines between parts, one pixel wide; each label is 4-connected.
    """
    whole = _parts(mask)
    if least <= 0:
        return whole
    size = np.bincount(whole.ravel())
    kept = mask.copy()
    for label, window in enumerate(windows_of(whole), 1):
        if size[label] >= 2 * least:
            mine = whole[window] == label
            kept[window] &= ~_lines(mine, probability[window], least)
    return _parts(kept)


def _lines(mask: Mask, probability: NDArray[np.float32], least: int) -> Mask:
    """Return the pixels of one object that part it, if any do."""
    cores = mask.astype(np.int32)
    for level in _LEVELS:
        cores = _finer(cores, probability >= level, least)
    if cores.max() == 1:
        return np.zeros_like(mask)
    # It takes longer to import than most scenes take to be divided, and many hold nothing to divide.
    from skimage.segmentation import watershed

    basins = watershed(-probability, cores, connectivity=1, mask=mask, watershed_line=True)
    lines: Mask = mask & (basins == 0)
    return lines


def _finer(cores: Labels, high: Mask, least: int) -> Labels:
    """Put parts in the place of the cores that fall into several where only `high` pixels count."""
    parts = _parts(high & (cores > 0))
    size = np.bincount(parts.ravel())
    size[0] = 0
    parent = np.zeros(size.size, np.int32)
    parent[parts] = cores
    large = size >= least
    several = np.bincount(parent[large], minlength=int(cores.max()) + 1) > 1
    kept = large & several[parent]
    fresh = np.zeros(size.size, np.int32)
    fresh[kept] = several.size + np.arange(kept.sum())
    finer: Labels = np.where(several[cores], fresh[parts], cores)
    return finer


def _parts(mask: Mask) -> Labels:
    _, parts = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4, ltype=cv2.CV_32S)
    return np.asarray(parts, np.int32)
