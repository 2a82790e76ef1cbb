"""Draw an image at other places: one cubic interpolation, NaN stays NaN."""

import cv2
import numpy as np
from numpy.typing import NDArray


def sample(
    pixels: NDArray[np.float32], x: NDArray[np.float32], y: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Sample an image at given places.

    Parameters
    ----------
    pixels : (bands, rows, columns) float32
        NaN where unusable.
    x, y : (n, m) float32
        Columns and rows wanted, pixel centres counted from 0.

    Returns
    -------
    (bands, n, m) float32
        Cubic interpolation, kept within the range of the four nearest pixels so that edges do not ring; NaN
        where one of those four is NaN or lies outside.
    """
    usable: NDArray[np.bool_] = np.asarray(np.isfinite(pixels).all(axis=0))
    seen: NDArray[np.float32] = usable.astype(np.float32)
    inside = cv2.remap(seen, x, y, cv2.INTER_LINEAR, borderValue=0.0) > 0.999
    low_x, low_y = np.floor(x), np.floor(y)
    corners = [(low_x + i, low_y + j) for i in (0, 1) for j in (0, 1)]
    out = np.empty((len(pixels), *x.shape), np.float32)
    for band, drawn in zip(pixels, out, strict=True):
        # Cubic weights reach a pixel further than the four: unusable pixels are filled from nearby first.
        filled = band if usable.all() else _filled(band, usable)
        drawn[:] = cv2.remap(filled, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        near = [
            cv2.remap(filled, cx, cy, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
            for cx, cy in corners
        ]
        np.clip(drawn, np.minimum.reduce(near), np.maximum.reduce(near), out=drawn)
        drawn[~inside] = np.nan
    return out


def sample_codes(
    codes: NDArray[np.uint8], x: NDArray[np.float32], y: NDArray[np.float32], *, outside: int
) -> NDArray[np.uint8]:
    """Sample a raster of codes at given places, nearest neighbour; `outside` beyond its edges."""
    drawn = cv2.remap(codes, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=outside)
    return np.asarray(drawn, np.uint8)


def _filled(band: NDArray[np.float32], usable: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Give each unusable pixel the mean of the usable ones right around it, 0 where there are none."""
    known = np.where(usable, band, 0).astype(np.float32)
    total = cv2.blur(known, (3, 3))
    share = cv2.blur(usable.astype(np.float32), (3, 3))
    mean = np.divide(total, share, out=np.zeros_like(total), where=share > 1e-3)
    filled: NDArray[np.float32] = np.where(usable, band, mean)
    return filled
