"""Where a thing is drawn: what is new, where the after scene shows it; all else, as it was before."""

import cv2
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
    off_x = np.abs(col - np.arange(cols, dtype=np.float32)).max()
    off_y = np.abs(row - np.arange(rows, dtype=np.float32)[:, None]).max()
    if max(off_x, off_y) < _STILL:
        return probability
    moved: NDArray[np.float32] = sample(probability[None], col, row)[0]
    moved[np.isnan(moved)] = 0
    moved[np.isnan(probability)] = np.nan
    return moved


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
    drawn_new = new[labels]
    # float32 holds every label below 2^24.
    after = np.where(drawn_new, labels, 0).astype(np.float32)
    moved = cv2.remap(after, col, row, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    back: NDArray[np.int32] = np.where(drawn_new, 0, labels)
    np.copyto(back, np.asarray(moved).astype(np.int32), where=back == 0)
    return back
