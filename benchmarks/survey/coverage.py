"""The table of coverage: how often a nominal 95 % interval holds the true share."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.survey.designs import BELIEFS, DESIGNS, SHARES, UNSEEN, Belief, draw
from benchmarks.survey.rivals import RIVALS
from sitewatch.evaluate.table import markdown
from sitewatch.survey import Estimate, estimate

SIMULATIONS = 10_000
_SAID = {
    "faultless": "makes no error",
    "known": "errs, rates known",
    "validated": "errs, validated elsewhere",
    "gold": "errs, validated in the sample",
}


@dataclass(frozen=True, slots=True)
class Case:
    """A design, how much is known of the reviewer, and what part of the sample cannot be assessed."""

    design: str
    belief: Belief
    unseen: float = 0.0

    @property
    def name(self) -> str:
        """The design in words."""
        return self.design + (f", {self.unseen:.0%} not assessable" if self.unseen else "")


@dataclass(frozen=True, slots=True)
class Covered:
    """How often intervals held the truth.

    Attributes
    ----------
    ours : float
        0..1; a sample that gave no interval counts as a miss.
    below, above : float
        How often the whole interval lay below, and above, the truth.
    half_width : float
        Mean, as a share of the register.
    rivals : mapping of str to float
        The same share of other intervals; NaN where one is not made for the case.
    """

    ours: float
    below: float
    above: float
    half_width: float
    rivals: dict[str, float]


def cases() -> list[Case]:
    """Return every case of the table."""
    everything = [Case(design, belief) for design in DESIGNS for belief in BELIEFS]
    return [*everything, *(Case(design, "faultless", UNSEEN) for design in DESIGNS)]


def cover(case: Case, share: float, simulations: int = SIMULATIONS) -> Covered:
    """Draw and read samples, and count the intervals that hold the truth."""
    drawn = draw(DESIGNS[case.design], share, case.belief, samples=simulations, unseen=case.unseen)
    found = estimate(drawn.counts, drawn.reviewer)
    rivals = {}
    for name, rival in RIVALS.items():
        made = _made_for(name, case.belief)
        rivals[name] = _held(rival(drawn.counts, drawn.reviewer), drawn.share) if made else float("nan")
    return Covered(
        ours=_held(found, drawn.share),
        below=_part(found.high < drawn.share),
        above=_part(found.low > drawn.share),
        half_width=float(np.nanmean(found.half_width)),
        rivals=rivals,
    )


def report(simulations: int = SIMULATIONS) -> Iterator[str]:
    """Yield the table of our intervals, and the table of others."""
    found = {case: [cover(case, share, simulations) for share in SHARES] for case in cases()}
    yield f"{simulations} samples a cell; percent of nominal 95 % intervals that hold the true share\n"
    header = ("design", "reviewer", *(f"{share:.0%}" for share in SHARES), "half-width, points")
    yield markdown(header, [[case.name, _SAID[case.belief], *_ours(row)] for case, row in found.items()])
    yield "\nothers, lowest to highest over the same cells\n"
    rivals = [[_SAID[belief], *_others(found, belief)] for belief in BELIEFS]
    yield markdown(("reviewer", "sitewatch", *RIVALS), rivals)


def _ours(row: Sequence[Covered]) -> list[str]:
    widths = [100 * one.half_width for one in row]
    return [*(f"{100 * one.ours:.2f}" for one in row), f"{min(widths):.1f} to {max(widths):.1f}"]


def _others(found: dict[Case, list[Covered]], belief: Belief) -> list[str]:
    cells = [one for case, row in found.items() if case.belief == belief for one in row]
    columns = [[one.ours for one in cells], *([one.rivals[name] for one in cells] for name in RIVALS)]
    return [
        "" if np.isnan(column[0]) else f"{100 * min(column):.2f} to {100 * max(column):.2f}"
        for column in columns
    ]


def _made_for(rival: str, belief: Belief) -> bool:
    return {
        "Wald": True,
        "Korn-Graubard, exact": belief in {"faultless", "known"},
        "Lang-Reiczigel": belief in {"validated", "gold"},
        "as read": belief != "faultless",
    }[rival]


def _held(found: Estimate, share: float) -> float:
    return _part(found.holds(share))


def _part(hits: NDArray[np.bool_]) -> float:
    return float(hits.mean())
