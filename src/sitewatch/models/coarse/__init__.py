"""Construction, burning and demolition in imagery coarser than 3 m.

Three questions, one after the other:

1. *Did anything change?* The length of the change vector in units of the noise of unchanged ground: a rule.
2. *Did vegetation burn?* How far the fall of its vigour (NBR, else NDVI, else greenness) is parted from that
   of unchanged ground: a rule, with a guard for scenes in which nothing burned.
3. *Of which kind is a change?* A small network, symmetric in time, fitted on drawn and real scenes. It also
   tells burned vegetation from vegetation that was built over. A kind that is rare among the changes of a
   pair needs better evidence (`with_prevalence`).

*Fit* (`fit_coarse`, `with_prevalence`: windows of a pair to a few numbers), then *focal* (`coarse_scores`,
reach `REACH_PX`).
``weights.md`` beside this file says what the network was fitted on, and how well all of it does.
"""

import json
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.context import local_mean, reach_px
from sitewatch.kernels.objects import Growth
from sitewatch.models.coarse.evidence import REACH_PX as EVIDENCE_REACH_PX
from sitewatch.models.coarse.evidence import Evidence, measure, sort_of
from sitewatch.models.coarse.fit import CoarseFit, fit_coarse
from sitewatch.models.coarse.groups import find_groups
from sitewatch.models.coarse.network import Network
from sitewatch.models.coarse.prevalence import fit_prevalence
from sitewatch.models.plain import REACH_PX as PLAIN_REACH_PX
from sitewatch.models.plain import structural_kinds
from sitewatch.models.scores import KindScores

__all__ = ["REACH_PX", "CoarseFit", "coarse_scores", "fit_coarse", "growth", "with_prevalence"]

Images = NDArray[np.float32]
Layer = NDArray[np.float32]
Window = tuple[Images, Images, NDArray[np.bool_]]

# Noise units at which a change is as likely as not, and how fast the odds grow with the logarithm.
_EVEN = 2.1
_SLOPE = 4.5
# The same for the parting of a burn scar, which grows linearly.
_SCAR_EVEN = 0.85
_SCAR_SLOPE = 6.0
# Spread of the window in which changed pixels are likely of one kind, pixels, and how much they say.
_ALIKE = 2.5
_SAY = 0.6
# Spread of the window over which a scar is one thing, pixels, and how much of it the network must see burned.
_FIRE = 6.0
_BELIEVED = 3.0
REACH_PX = max(EVIDENCE_REACH_PX, PLAIN_REACH_PX) + reach_px(_ALIKE) + reach_px(_FIRE)
# How common the kinds are is read from windows of up to this side, pixels; nine out of a larger one.
_WHOLE, _PART = 512, 170


def with_prevalence(fit: CoarseFit, windows: Sequence[Window], *, bands: tuple[str, ...]) -> CoarseFit:
    """Add to a fit how common the kinds are among the changes of the pair.

    Parameters
    ----------
    fit : CoarseFit
        From `fit_coarse`.
    windows : sequence of (before, after, usable)
        As for `fit_coarse`.
    bands : tuple of str
    """
    groups = find_groups(bands)
    network = _networks()[groups.capability]
    odds, weights = [], []
    for before, after, usable in (part for window in windows for part in _parts(window)):
        evidence = measure(before, after, usable, fit, groups=groups)
        changed = _changed(evidence)
        asked = usable & (changed > 0.5)
        odds.append(network.log_odds(evidence.values[:, asked], evidence.parities))
        weights.append(changed[asked])
    return replace(fit, prevalence=fit_prevalence(np.concatenate(odds, axis=1), np.concatenate(weights)))


def _parts(window: Window) -> Iterator[Window]:
    before, after, usable = window
    rows, cols = usable.shape
    if max(rows, cols) <= _WHOLE:
        yield window
        return
    for row in np.linspace(0, max(rows - _PART, 0), 3).astype(int):
        for col in np.linspace(0, max(cols - _PART, 0), 3).astype(int):
            at = (slice(row, row + _PART), slice(col, col + _PART))
            yield before[:, *at], after[:, *at], usable[at]


def coarse_scores(
    before: Images,
    after: Images,
    usable: NDArray[np.bool_],
    fit: CoarseFit,
    *,
    bands: tuple[str, ...],
    without: Collection[str] = (),
) -> KindScores:
    """Score a registered pair, or a block of it.

    Parameters
    ----------
    before, after : (bands, rows, columns) float32
        Registered, the after image in the radiometry of the before image; NaN where not usable.
    usable : (rows, columns) bool
    fit : CoarseFit
        Of the whole pair.
    without : collection of str
        Kinds of evidence that are left out: of ``spectral``, ``structural`` and ``contextual`` measurements
        the network sees their average, without ``spectral`` there is no rule of burn scars, and without
        ``contextual`` neither neighbours nor the rarity of a kind have a say; without ``learned`` a rule
        tells the kinds. That something changed at all is always told by the change vector.

    Returns
    -------
    KindScores
        NaN where not usable. *Focal* with a reach of `REACH_PX`.
    """
    groups = find_groups(bands)
    evidence = measure(before, after, usable, fit, groups=groups)
    changed = _changed(evidence)
    if "learned" in without:
        kinds = _kinds_by_rule(before, after, usable, fit, places=list(groups.visible))
    else:
        kinds = _kinds(evidence, groups.capability, without)
        if "contextual" not in without:
            kinds = _doubted(kinds, fit)
    if "contextual" not in without:
        kinds = _with_neighbours(kinds, changed, usable)
    scar = np.zeros_like(changed)
    if "spectral" not in without:
        scar = _logistic(_SCAR_SLOPE * (evidence.scar - _SCAR_EVEN))
    # A scar speaks for itself as far as the network sees burned ground in it; a fire is one thing, so the
    # whole scar has its say on each of its pixels.
    scar = scar * np.minimum(_BELIEVED * _within(kinds[1], scar, usable), 1)
    shares = changed * (1 - scar) * kinds
    shares[1] += scar
    shares[:, ~usable] = np.nan
    return KindScores(shares[0], shares[1], shares[2], shares[3])


def growth(gsd_m: float) -> Growth:
    """Return how objects start and grow: two pixels at least, and not less than 400 m2."""
    return Growth(
        seed=(0.75, 0.75, 0.75, 0.85),
        grow=(0.3, 0.5, 0.3, 0.5),
        smooth_px=1.5,
        open_px=1,
        least_px=max(2, round(400 / gsd_m**2)),
    )


def _changed(evidence: Evidence) -> Layer:
    distance = np.maximum(evidence.distance, np.float32(1e-3))
    return _logistic(np.asarray(_SLOPE * np.log(distance / _EVEN), np.float32))


def _doubted(kinds: Images, fit: CoarseFit) -> Images:
    weighted = kinds * np.asarray(fit.prevalence, np.float32)[:, None, None]
    return np.asarray(weighted / weighted.sum(axis=0), np.float32)


def _kinds(evidence: Evidence, capability: str, without: Collection[str]) -> Images:
    """Return the share of each kind in a change, should there be one: (4, rows, columns), sums to 1."""
    network = _networks()[capability]
    flat = evidence.values.reshape(len(evidence.values), -1)
    out = [row for row, name in enumerate(evidence.names) if sort_of(name) in without]
    flat[out] = network.shift[out, None]
    odds = network.log_odds(flat, evidence.parities)
    power = np.exp(odds - odds.max(axis=0))
    shares: Images = (power / power.sum(axis=0)).reshape(4, *evidence.distance.shape)
    return shares


def _kinds_by_rule(
    before: Images, after: Images, usable: NDArray[np.bool_], fit: CoarseFit, *, places: list[int]
) -> Images:
    noise = math.fsum(fit.noise[place] for place in places) / len(places)
    return structural_kinds(before[places].mean(axis=0), after[places].mean(axis=0), usable, noise)


def _with_neighbours(kinds: Images, changed: Layer, usable: NDArray[np.bool_]) -> Images:
    """Let the pixels around, as far as they changed, have their say: one field is harvested as a whole."""
    around = np.nan_to_num(local_mean(kinds * changed, usable, _ALIKE))
    weight = np.nan_to_num(local_mean(changed[None], usable, _ALIKE))
    shares = (1 - _SAY) * kinds + _SAY * around / np.maximum(weight, np.float32(1e-6))
    return np.asarray(shares, np.float32)


def _within(burned: Layer, scar: Layer, usable: NDArray[np.bool_]) -> Layer:
    """Average the share of burning over the scar around each pixel."""
    share, weight = np.nan_to_num(local_mean(np.stack([burned * scar, scar]), usable, _FIRE))
    return np.asarray(share / np.maximum(weight, np.float32(1e-6)), np.float32)


def _logistic(value: Layer) -> Layer:
    return np.asarray(1 / (1 + np.exp(-np.clip(value, -30, 30))), np.float32)


@cache
def _networks() -> dict[str, Network]:
    text = (files("sitewatch.models.coarse") / "weights.json").read_text("utf-8")
    return {name: Network.from_dict(numbers) for name, numbers in json.loads(text)["networks"].items()}
