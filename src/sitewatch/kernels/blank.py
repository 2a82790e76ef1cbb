"""Pixels that hold no measurement although the file calls them valid.

Collars, tiles of one colour, saturation, and tiles that one date has from the other. All are *focal*; their
reach is `REACH` pixels, or what `find_saturated` is given.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

# A black collar is at least this wide and deep; cast shadows are as black only in smaller patches (measured
# on 312 pictures of 0.5 to 2 m).
_COLLAR = 15
# A blank tile is one colour over at least this many pixels each way.
_TILE = 33
_FRINGE = 2
REACH = 2 * _TILE + _FRINGE


def find_blank(pixels: NDArray[np.float32], black: float, white: float) -> Mask:
    """Find black collars and tiles of one single colour.

    Parameters
    ----------
    pixels : (bands, rows, columns) float32
        NaN counts as part of a collar.
    black : float
        Largest number that is still black, in the image's units; JPEG in a file makes its black uneven.
    white : float
        From this number on a flat patch may be a saturated roof, and is left alone.

    Returns
    -------
    (rows, columns) bool
    """
    # Of the bands that are there, if any is.
    most = np.fmax.reduce(pixels, axis=0)
    most[np.isnan(most)] = -np.inf
    # Next to NaN the edge is sharp; only a black collar has a fringe.
    collar = _opened(most <= black, _COLLAR) & np.isfinite(most)
    if collar.any():
        collar = _widened(collar, 2 * _FRINGE + 1)
    return np.asarray(collar | (_one_colour(pixels) & np.isfinite(most) & (most < white)))


def find_stale(before: NDArray[np.float32], after: NDArray[np.float32]) -> Mask:
    """Find tiles that are the same to the last digit on both dates: the one is a copy of the other.

    Two acquisitions differ by their noise alone, so that a whole tile is never the same by chance. Tiles of
    one colour are: those are blank, or saturated.

    Parameters
    ----------
    before, after : (bands, rows, columns) float32
        On one grid, as the files hold them: interpolated numbers are no longer the same. NaN is never the
        same.

    Returns
    -------
    (rows, columns) bool
    """
    same = np.asarray((before == after).all(axis=0))
    if not same.any():
        return same
    tiles = _opened(same, _TILE)
    return tiles & ~_one_colour(before) if tiles.any() else tiles


def find_saturated(pixels: NDArray[np.float32], ceiling: float, radius: float = 0.0) -> Mask:
    """Find pixels at the upper end of the scale in every band.

    Parameters
    ----------
    pixels : (bands, rows, columns) float32
    ceiling : float
        Number from which a band is saturated.
    radius : float
        Only patches that hold a disc of this radius count, pixels: in pictures made for looking at, sunlit
        roofs are white too. The reach is twice this.

    Returns
    -------
    (rows, columns) bool
    """
    full = np.asarray((pixels >= ceiling).all(axis=0))
    if radius <= 0 or not full.any():
        return full
    framed = np.pad(full, 1, constant_values=True).astype(np.uint8)
    fits = np.asarray((cv2.distanceTransform(framed, cv2.DIST_L2, 5) > radius)[1:-1, 1:-1])
    if not fits.any():
        return fits
    return full & (cv2.distanceTransform((~fits).astype(np.uint8), cv2.DIST_L2, 5) <= radius)


def _one_colour(pixels: NDArray[np.float32]) -> Mask:
    """Whether a pixel lies in a tile of one number a band."""
    flat = np.ones(pixels.shape[1:], np.bool_)
    for band in pixels:
        flat &= _constant(band)
        if not flat.any():
            break
    return _widened(flat, _TILE)


def _constant(band: NDArray[np.float32]) -> Mask:
    """Whether a band has one single number over the tile around each pixel."""
    tile = np.ones((_TILE, _TILE), np.uint8)
    known = np.isfinite(band)
    filled = band if known.all() else np.where(known, band, np.float32(-1))
    return np.asarray(cv2.erode(filled, tile) == cv2.dilate(filled, tile))


def _widened(middles: Mask, side: int) -> Mask:
    if not middles.any():
        return middles
    return np.asarray(cv2.dilate(middles.astype(np.uint8), np.ones((side, side), np.uint8)) > 0)


def _opened(mask: Mask, side: int) -> Mask:
    """Keep what a square of `side` pixels covers that fits into the mask; beyond the image it always fits."""
    if not mask.any():
        return mask
    half = side // 2
    framed = np.pad(mask, half, constant_values=True).astype(np.uint8)
    fits = cv2.erode(framed, np.ones((side, side), np.uint8))[half:-half, half:-half]
    return mask & _widened(fits > 0, side)
