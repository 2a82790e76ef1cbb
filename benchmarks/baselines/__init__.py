"""What the field would take first: methods that need no training, each a small file with the same verb.

They see the pair as our own pipeline registers and masks it, so that none is handicapped, and say "any
change". To add one, write its file and name it in `BASELINES`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.baselines import burn_ratio, change_vector, correlation, irmad, pca_kmeans, slow_features
from benchmarks.baselines.otsu import otsu
from benchmarks.baselines.registered import Registered
from sitewatch.pipeline.scoring import FINE_UP_TO_M

__all__ = ["BASELINES", "Baseline", "Registered"]

_BURN_BANDS = ("nir", "swir22")


@dataclass(frozen=True, slots=True)
class Baseline:
    """A method.

    Attributes
    ----------
    name : str
        It and its rule for the threshold, as the table calls them.
    score : callable
        From a registered pair to (rows, columns) float32: larger where more changed, NaN where not usable.
    threshold : callable
        From the score to the value above which a pixel counts as changed.
    finest_only : bool
        It needs imagery in which buildings have a pattern (at most `FINE_UP_TO_M` metres).
    bands : tuple of str
        It needs these.
    """

    name: str
    score: Callable[[Registered], NDArray[np.float32]]
    threshold: Callable[[NDArray[np.float32]], float]
    finest_only: bool = False
    bands: tuple[str, ...] = ()

    def applies(self, gsd_m: float, bands: tuple[str, ...]) -> bool:
        """Tell whether it can be tried on imagery of a pixel size (metres) and bands."""
        return (gsd_m <= FINE_UP_TO_M or not self.finest_only) and set(bands) >= set(self.bands)


def _all_bands(
    method: Callable[[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]], NDArray[np.float32]],
) -> Callable[[Registered], NDArray[np.float32]]:
    return lambda pair: method(pair.before, pair.after, pair.usable)


def _burn(pair: Registered) -> NDArray[np.float32]:
    before, after = pair.select(_BURN_BANDS)
    return burn_ratio.score(before, after, pair.usable)


def _correlation(pair: Registered) -> NDArray[np.float32]:
    return correlation.score(pair.before, pair.after, pair.usable, gsd_m=pair.gsd_m)


def _always(value: float) -> Callable[[NDArray[np.float32]], float]:
    def threshold(score: NDArray[np.float32]) -> float:
        del score
        return value

    return threshold


BASELINES: tuple[Baseline, ...] = (
    Baseline("change vector + Otsu", _all_bands(change_vector.score), otsu),
    Baseline("PCA-KMeans", _all_bands(pca_kmeans.score), _always(0.5)),
    Baseline("IR-MAD + Otsu", _all_bands(irmad.score), otsu),
    Baseline("slow features + Otsu", _all_bands(slow_features.score), otsu),
    Baseline("local correlation + Otsu", _correlation, otsu, finest_only=True),
    Baseline("dNBR > 0.1", _burn, _always(burn_ratio.BURNED), bands=_BURN_BANDS),
    Baseline("dNBR + Otsu", _burn, otsu, bands=_BURN_BANDS),
)
