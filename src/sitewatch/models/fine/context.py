"""What a map of logits looks like around each cell: means at several sizes, and what survives a small disc.

A classifier that sees one cell at a time is unsure of it; one that also sees what it said of the cells around
is not (auto-context, Tu and Bai 2010). Reach: 16 cells.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]

PLANES = 9
_BORDER = cv2.BORDER_REFLECT
_LIMIT = np.float32(8.0)


def context(logits: Image) -> Image:
    """Return the planes of one map; (rows, columns) float32 in, (`PLANES`, rows, columns) out."""
    cut = np.clip(logits, -_LIMIT, _LIMIT)
    means = [cv2.boxFilter(cut, cv2.CV_32F, (k, k), borderType=_BORDER) for k in (3, 5, 9, 17, 33)]
    smooth = means[0]
    square_7, square_5, square_9 = (np.ones((k, k), np.uint8) for k in (7, 5, 9))
    return np.stack([
        cut, *means[1:],
        cv2.morphologyEx(smooth, cv2.MORPH_OPEN, square_7),
        cv2.morphologyEx(smooth, cv2.MORPH_CLOSE, square_5),
        cv2.dilate(smooth, square_9), cv2.erode(smooth, square_5),
    ])  # fmt: skip
