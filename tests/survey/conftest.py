"""Counts of a sample, drawn at random for properties."""

from collections.abc import Sequence

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from sitewatch.survey import Counts

Line = tuple[int, int, int]
quick = settings(deadline=None, max_examples=50)


def counts(*lines: Line) -> Counts:
    """Return counts of strata, each (population, assessed, changed)."""
    population, assessed, changed = np.array(lines, float).T
    return Counts(population, assessed, changed)


@st.composite
def strata(draw: st.DrawFn, most: int = 5) -> Sequence[Line]:
    """Draw the lines of up to so many strata."""
    lines = []
    for _ in range(draw(st.integers(1, most))):
        population = draw(st.integers(1, 3000))
        assessed = draw(st.integers(1, population))
        lines.append((population, assessed, draw(st.integers(0, assessed))))
    return lines
