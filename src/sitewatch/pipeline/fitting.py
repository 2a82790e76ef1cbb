"""What is fitted once a pair, on a sample of its pixels, and then applied block by block."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.kernels.radiometry import apply_normalisation, fit_normalisation
from sitewatch.pipeline.prepare import Preparation, Prepared, read
from sitewatch.pipeline.registration import Registration
from sitewatch.pipeline.seeing import Sight
from sitewatch.records import Pair

# A pair of up to this many pixels a side is fitted on all of it, a larger one on nine windows of this side.
_WHOLE = 1024
_WINDOW = 340


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Windows of a pair, prepared: what models fit themselves on.

    Attributes
    ----------
    windows : tuple of Prepared
        The whole ground of a small pair; nine windows spread over a large one.
    """

    windows: tuple[Prepared, ...]

    @property
    def whole(self) -> Prepared | None:
        """The whole ground, if it is small enough to be the sample."""
        return self.windows[0] if len(self.windows) == 1 else None

    def columns(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
        """Return all windows as one image of a single row: before and after (bands, 1, n), usable (1, n)."""
        if self.whole is not None:
            one = self.whole
            bands = len(one.before)
            return (
                one.before.reshape(bands, 1, -1),
                one.after.reshape(bands, 1, -1),
                one.usable.reshape(1, -1),
            )
        before = np.concatenate([w.before.reshape(len(w.before), 1, -1) for w in self.windows], axis=2)
        after = np.concatenate([w.after.reshape(len(w.after), 1, -1) for w in self.windows], axis=2)
        usable = np.concatenate([w.usable.reshape(1, -1) for w in self.windows], axis=1)
        return before, after, usable


def fit_preparation(
    pair: Pair, registration: Registration, bands: Sequence[str], sight: Sight
) -> tuple[Preparation, Sample]:
    """Fit what brings both dates into one radiometry, and return the sample in that radiometry."""
    raw = Sample(
        tuple(read(pair, registration, window, bands, sight=sight) for window in _windows(registration.grid))
    )
    normalisation = fit_normalisation(*raw.columns())
    sample = Sample(
        tuple(
            Prepared(window.before, apply_normalisation(window.after, normalisation), window.unseen)
            for window in raw.windows
        )
    )
    return Preparation(pair, tuple(bands), registration, sight, normalisation), sample


def _windows(grid: GeoBox) -> list[GeoBox]:
    rows, cols = grid.shape
    if max(rows, cols) <= _WHOLE:
        return [grid]
    side_r, side_c = min(_WINDOW, rows), min(_WINDOW, cols)
    return [
        grid[row : row + side_r, col : col + side_c]
        for row in np.linspace(0, rows - side_r, 3).astype(int).tolist()
        for col in np.linspace(0, cols - side_c, 3).astype(int).tolist()
    ]
