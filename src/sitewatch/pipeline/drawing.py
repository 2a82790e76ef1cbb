"""Where a thing is drawn: what is new, where the after scene shows it; all else, as it was before."""

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.kernels.align import sample
from sitewatch.pipeline.registration import Registration
from sitewatch.pipeline.view import positions

# Displacements below this share of a pixel do not move a drawn pixel.
_STILL = 0.25


def draw_new(
    probability: NDArray[np.float32], grid: GeoBox, registration: Registration
) -> NDArray[np.float32]:
    """Move probabilities of new things to where the after scene, by its own georeference, shows them.

    Parameters
    ----------
    probability : (rows, columns) float32
        On the before scene's georeference; NaN where not assessable.

    Returns
    -------
    (rows, columns) float32
        0 where the move brings nothing, NaN where the input was NaN at the same pixel: ground that could not
        be seen stays so.
    """
    col, row = positions(grid, grid, registration.to_before)
    rows, cols = grid.shape
    still = np.abs(col - np.arange(cols)[None]).max() < _STILL and (
        np.abs(row - np.arange(rows)[:, None]).max() < _STILL
    )
    if still:
        return probability
    moved = sample(probability[None], col, row)[0]
    return np.where(np.isnan(probability), np.float32(np.nan), np.nan_to_num(moved)).astype(np.float32)


def labels_before(
    labels: NDArray[np.int32], new: NDArray[np.bool_], registration: Registration
) -> NDArray[np.int32]:
    """Return the labels on the before scene's georeference, where both scenes' pixels lie side by side.

    Parameters
    ----------
    labels : (rows, columns) int32
        As drawn, on the registration's grid.
    new : (n + 1,) bool
        For each label, whether it was drawn where the after scene shows it; `new[0]` is not used.
    """
    grid = registration.grid
    col, row = positions(grid, grid, registration.to_after)
    rows, cols = grid.shape
    near_col, near_row = np.rint(col).astype(int), np.rint(row).astype(int)
    inside = (near_col >= 0) & (near_col < cols) & (near_row >= 0) & (near_row < rows)
    moved = np.zeros_like(labels)
    moved[inside] = labels[near_row[inside], near_col[inside]]
    moved[~new[moved]] = 0
    stays = np.where(new[labels], 0, labels)
    back: NDArray[np.int32] = np.where(stays > 0, stays, moved).astype(np.int32)
    return back
