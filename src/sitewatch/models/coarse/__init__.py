"""Construction, burning and demolition in imagery coarser than 3 m.

Three questions, one after the other:

1. *Did anything change?* The length of the change vector in units of the noise of unchanged ground: a rule.
2. *Did vegetation burn?* How far the fall of its vigour (NBR, else NDVI, else greenness) is parted from that
   of unchanged ground: a rule, with a guard for scenes in which nothing burned.
3. *Of which kind is a change?* A small network, symmetric in time, fitted on drawn and real scenes.

*Fit* (`fit_coarse`: windows of a pair to a few numbers), then *focal* (`coarse_scores`, reach `REACH_PX`).
``weights.md`` beside this file says what the network was fitted on, and how well all of it does.
"""

import json
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.objects import Growth
from sitewatch.models.coarse.evidence import REACH_PX, Evidence, measure
from sitewatch.models.coarse.fit import CoarseFit, fit_coarse
from sitewatch.models.coarse.groups import find_groups
from sitewatch.models.coarse.network import Network
from sitewatch.models.scores import KindScores

__all__ = ["REACH_PX", "CoarseFit", "coarse_scores", "fit_coarse", "growth"]

Images = NDArray[np.float32]
Layer = NDArray[np.float32]

# Noise units at which a change is as likely as not, and how fast the odds grow with the logarithm.
_EVEN = 2.1
_SLOPE = 4.5
# The same for the parting of a burn scar, which grows linearly.
_SCAR_EVEN = 0.6
_SCAR_SLOPE = 6.0


def coarse_scores(
    before: Images, after: Images, usable: NDArray[np.bool_], fit: CoarseFit, *, bands: tuple[str, ...]
) -> KindScores:
    """Score a registered pair, or a block of it.

    Parameters
    ----------
    before, after : (bands, rows, columns) float32
        Registered, the after image in the radiometry of the before image; NaN where not usable.
    usable : (rows, columns) bool
    fit : CoarseFit
        Of the whole pair.

    Returns
    -------
    KindScores
        NaN where not usable. *Focal* with a reach of `REACH_PX`.
    """
    groups = find_groups(bands)
    evidence = measure(before, after, usable, fit, groups=groups)
    kinds = _kinds(evidence, groups.capability)
    distance = np.maximum(evidence.distance, np.float32(1e-3))
    changed = _logistic(np.asarray(_SLOPE * np.log(distance / _EVEN), np.float32))
    scar = _logistic(_SCAR_SLOPE * (evidence.scar - _SCAR_EVEN))
    # A scar speaks for itself; what the network says is asked of what else changed.
    shares = changed * (1 - scar) * kinds
    shares[1] += scar
    shares[:, ~usable] = np.nan
    return KindScores(shares[0], shares[1], shares[2], shares[3])


def growth(gsd_m: float) -> Growth:
    """Return how objects start and grow: two pixels at least, and not less than 400 m2."""
    return Growth(
        seed=(0.6, 0.75, 0.6, 0.8),
        grow=(0.3, 0.35, 0.3, 0.5),
        smooth_px=1.0,
        open_px=1,
        least_px=max(2, round(400 / gsd_m**2)),
    )


def _kinds(evidence: Evidence, capability: str) -> Images:
    """Return the share of each kind in a change, should there be one: (4, rows, columns), sums to 1."""
    network = _networks()[capability]
    flat = evidence.values.reshape(len(evidence.values), -1)
    odds = network.log_odds(flat, evidence.parities)
    power = np.exp(odds - odds.max(axis=0))
    shares: Images = (power / power.sum(axis=0)).reshape(4, *evidence.distance.shape)
    return shares


def _logistic(value: Layer) -> Layer:
    return np.asarray(1 / (1 + np.exp(-np.clip(value, -30, 30))), np.float32)


@cache
def _networks() -> dict[str, Network]:
    text = (files("sitewatch.models.coarse") / "weights.json").read_text("utf-8")
    return {name: Network.from_dict(numbers) for name, numbers in json.loads(text)["networks"].items()}
