"""What is measured of a footprint, where the site lies and wherever else it is laid."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sitewatch.grid import pixel_area_m2
from sitewatch.kernels.placebo import Placements, mean, robust_spread, top_tenth
from sitewatch.pipeline.detection import Detection

Numbers = NDArray[np.float64]

# Probabilities and lengths below these are as good as none: their logarithms must not part quiet places.
_LEAST_SCORE, _LEAST_PLAIN = 1e-4, 1e-2
# Spreads of cover below these count as these: a share of the scene's own middle, since brightness and slope
# are in the image's unit, and a number for the index.
_LEAST_SPREAD = ((0.02, 1e-9), (0.05, 1e-9), (0.0, 0.01))


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The layers of a piece of ground that footprints are laid on, on one thinned grid.

    Attributes
    ----------
    usable : (rows, columns) bool
    score : (rows, columns) float32
        Probability of the three kinds.
    plain, cover
        As in `pipeline.cover.Cover`.
    pixel_m2 : float
        Ground that a pixel stands for.
    """

    usable: NDArray[np.bool_]
    score: NDArray[np.float32]
    plain: NDArray[np.float32]
    cover: NDArray[np.float32]
    pixel_m2: float

    @classmethod
    def of(cls, detection: Detection) -> "Ground | None":
        """Return the ground of a detection; None if it was made without its cover."""
        cover = detection.cover
        if cover is None:
            return None
        step = cover.step
        return cls(
            usable=np.asarray(cover.thinned(detection.unseen) == 0) & np.isfinite(cover.plain),
            score=np.asarray(cover.thinned(detection.score), np.float32),
            plain=cover.plain,
            cover=cover.cover,
            pixel_m2=pixel_area_m2(detection.grid) * step**2,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """What some placements of one footprint hold; an entry a placement.

    Attributes
    ----------
    score, plain : (n,) float64
        Logarithm of the mean of the top tenth.
    cover : (n, 3) float64
        Means.
    """

    score: Numbers
    plain: Numbers
    cover: Numbers


def look(ground: Ground, placements: Placements) -> Looked:
    """Measure placements."""
    return Looked(
        score=np.log(top_tenth(placements.values(ground.score)) + _LEAST_SCORE),
        plain=np.log(top_tenth(placements.values(ground.plain)) + _LEAST_PLAIN),
        cover=np.column_stack([mean(placements.values(layer)) for layer in ground.cover]),
    )


def relative(cover: Numbers, others: Numbers) -> Numbers:
    """Return cover in robust standard deviations of what other placements of the scene hold, (n, 3)."""
    units = []
    for values, rest, (share, least) in zip(cover.T, others.T, _LEAST_SPREAD, strict=True):
        known = rest[np.isfinite(rest)]
        middle = abs(float(np.median(known))) if len(known) else 1.0
        floor = max(share * middle, least)
        spread = robust_spread(known if len(known) else np.zeros(1), floor)
        units.append(np.nan_to_num(np.asarray(spread.units(values))))
    return np.column_stack(units)
