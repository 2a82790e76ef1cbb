"""A last stage fitted on detections that somebody reviewed, starting from what is believed already."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.logistic import fit_logistic, log_loss
from sitewatch.models.last_stage.stage import ModelStage
from sitewatch.models.last_stage.terms import Evidence, fit_scales, pull, terms
from sitewatch.records import Kind

# How strongly the weights are held where they were, from hardly to hardly moved at all.
STRENGTHS = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
# Places that are left out at a time: each by itself if there are no more than this.
FOLDS = 10
# With fewer places than this, each is cut into strips.
FEW_PLACES = 3
STRIPS = 5
_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A detection that somebody decided about.

    Attributes
    ----------
    kind : Kind
    evidence : mapping of str to float
        As `terms` takes it.
    confirmed : bool
    place : str
        The run and site it is from: detections of one place are left out together.
    longitude : float
        Of its middle, degrees.
    """

    kind: Kind
    evidence: Evidence
    confirmed: bool
    place: str
    longitude: float


def fit_stage(seen: Sequence[Reviewed], prior: ModelStage, strength: float) -> ModelStage:
    """Fit a last stage.

    Parameters
    ----------
    seen : sequence of Reviewed
    prior : ModelStage
        Its weights are where each weight starts, and is held; its scales stay as they are. Measurements that
        it does not know start from a weight of 0.
    strength : float
        How strongly they are held; see `choose_strength`.
    """
    scales = {**fit_scales([one.evidence for one in seen]), **prior.scales}
    rows = [terms(one.kind, one.evidence, scales) for one in seen]
    names = sorted(set(prior.weights).union(*rows))
    weights = fit_logistic(
        np.array([[row.get(name, 0.0) for name in names] for row in rows], float).reshape(-1, len(names)),
        np.array([one.confirmed for one in seen], bool),
        np.array([prior.weights.get(name, 0.0) for name in names]),
        strength * np.array([pull(name) for name in names]),
    )
    told = {name: round(float(value), _DECIMALS) for name, value in zip(names, weights, strict=True)}
    return ModelStage(
        calibrated=True, scales=scales, weights={name: value for name, value in told.items() if value}
    )


def foretold(stage: ModelStage, seen: Sequence[Reviewed]) -> NDArray[np.float64]:
    """Return what a stage says of each detection, (n,), 0..1."""
    return np.array([stage.told(one.kind, one.evidence) for one in seen], float)


def folds(seen: Sequence[Reviewed], seed: int) -> NDArray[np.int64]:
    """Return the fold of each detection, (n,): detections of one place are in one, as far as that goes.

    With fewer than three places, each is cut into five strips of as many detections from west to east, so
    that neighbours stay together.
    """
    places = sorted({one.place for one in seen})
    if len(places) >= FEW_PLACES:
        order = np.random.default_rng(seed).permutation(len(places))
        fold = {place: int(order[i]) % FOLDS for i, place in enumerate(places)}
        return np.array([fold[one.place] for one in seen], np.int64)
    found = np.zeros(len(seen), np.int64)
    for number, place in enumerate(places):
        mine = [i for i, one in enumerate(seen) if one.place == place]
        mine.sort(key=lambda i: seen[i].longitude)
        found[mine] = number * STRIPS + np.arange(len(mine)) * STRIPS // len(mine)
    return found


def choose_strength(seen: Sequence[Reviewed], prior: ModelStage, seed: int) -> float:
    """Return the strength under which folds that are left out are foretold best, by log loss.

    Of strengths that do alike, the strongest: what reviews do not tell stays as it was.
    """
    right = np.array([one.confirmed for one in seen], bool)
    losses = [log_loss(_left_out(seen, prior, strength, seed), right) for strength in STRENGTHS]
    return max(
        strength for strength, loss in zip(STRENGTHS, losses, strict=True) if loss <= min(losses) + 1e-6
    )


def told_left_out(seen: Sequence[Reviewed], prior: ModelStage, seed: int) -> NDArray[np.float64]:
    """Foretell each detection from the folds it is not in, the strength, too, chosen there; (n,), 0..1."""
    found = np.zeros(len(seen))
    fold = folds(seen, seed)
    for number in np.unique(fold):
        rest = [one for one, mine in zip(seen, fold, strict=True) if mine != number]
        out = [one for one, mine in zip(seen, fold, strict=True) if mine == number]
        stage = fit_stage(rest, prior, choose_strength(rest, prior, seed))
        found[fold == number] = foretold(stage, out)
    return found


def _left_out(seen: Sequence[Reviewed], prior: ModelStage, strength: float, seed: int) -> NDArray[np.float64]:
    found = np.zeros(len(seen))
    fold = folds(seen, seed)
    for number in np.unique(fold):
        rest = [one for one, mine in zip(seen, fold, strict=True) if mine != number]
        out = [one for one, mine in zip(seen, fold, strict=True) if mine == number]
        found[fold == number] = foretold(fit_stage(rest, prior, strength), out)
    return found
