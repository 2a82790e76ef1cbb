"""Changes that a rival explains are no longer counted as one of the three kinds, but stay listed."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.objects import Objects
from sitewatch.pipeline.outlines import change_id
from sitewatch.records import KINDS, Change, Kind, Pair, Rival

# Share of what a rival vetoed on left-out pairs that was right all the same: what the kinds keep.
RIGHT_ALL_THE_SAME = 0.05
_OTHER = KINDS.index("other")


def overruled(changes: Mapping[int, Change], pair: Pair) -> dict[int, Change]:
    """Return the changes that a rival vetoes, by label, as the other changes that they are."""
    return {
        label: _as_other(change, rival, pair)
        for label, change in changes.items()
        if (rival := _veto(change)) is not None
    }


def retype(
    objects: Objects, probability: NDArray[np.float32], vetoed: Mapping[int, Change]
) -> tuple[Objects, NDArray[np.float32]]:
    """Make objects of other kind, and give most of their pixels' probability to that kind.

    Parameters
    ----------
    probability : (4, rows, columns) float32
        In the order of `records.KINDS`; NaN where unusable. Its sum over kinds stays.
    vetoed : mapping of int to Change
        By label.
    """
    if not vetoed:
        return objects, probability
    kinds = objects.kinds.copy()
    kinds[np.array(list(vetoed)) - 1] = _OTHER
    inside = np.isin(objects.labels, list(vetoed))
    divided = probability.copy()
    typed = probability[:_OTHER, inside]
    divided[:_OTHER, inside] = typed * RIGHT_ALL_THE_SAME
    divided[_OTHER, inside] += typed.sum(axis=0) * (1 - RIGHT_ALL_THE_SAME)
    return replace(objects, kinds=kinds), divided


def _veto(change: Change) -> Rival | None:
    if change.kind == "other":
        return None
    return next((rival for rival in change.rivals if rival.vetoes), None)


def _as_other(change: Change, rival: Rival, pair: Pair) -> Change:
    return replace(
        change,
        id=change_id(change.site_id, "other", change.geometry, pair),
        kind="other",
        confidence=change.confidence * RIGHT_ALL_THE_SAME,
        kinds=_spread(change.kinds),
        reasons=(
            f"It looks like {change.kind}, and is explained by {rival.name}: {rival.sentence}",
            *change.reasons,
        ),
    )


def _spread(kinds: Mapping[Kind, float]) -> dict[Kind, float]:
    kept: dict[Kind, float] = {
        kind: share * RIGHT_ALL_THE_SAME for kind, share in kinds.items() if kind != "other"
    }
    return {**kept, "other": 1 - sum(kept.values())}
