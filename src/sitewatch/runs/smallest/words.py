"""The sentence that a verdict of no visible change carries: what would have been seen."""

import math
from collections.abc import Iterator, Mapping

from sitewatch.evaluate.detectable import AIM
from sitewatch.records import Kind
from sitewatch.runs.smallest.search import Smallest
from sitewatch.runs.smallest.table import Typical

_BUILDING: Mapping[Kind, str] = {
    "construction": "new building",
    "burning": "burned building",
    "demolition": "demolished building",
}
_PROBABLY = f"found with {AIM * 100:.0f} % probability"


def measured_words(smallest: Smallest) -> str:
    """Say what was measured in the site's own images."""
    said = _said(
        smallest,
        reached=f"would have been {_PROBABLY}",
        never=f"that fits into the site could be shown to be {_PROBABLY}",
        largest="that would fit",
    )
    return f"{'; '.join(said)}; {len(smallest.outcomes)} buildings were implanted into these two images"


def typical_words(known: Typical) -> str:
    """Say what is typical, and that it was not measured here."""
    said = _said(
        known,
        reached=f"is typically {_PROBABLY}",
        never=f"is typically {_PROBABLY}",
        largest="that were tried",
    )
    return f"in imagery of this kind ({known.imagery.name}) {'; '.join(said)}"


def _said(known: Smallest | Typical, *, reached: str, never: str, largest: str) -> Iterator[str]:
    stated = {kind: area for kind, area in known.m2.items() if math.isfinite(area)}
    if stated:
        sizes = [f"a {_BUILDING[kind]} of at least {_area(area)}" for kind, area in stated.items()]
        yield f"{_listed(sizes, 'or')} {reached}"
    missed = [kind for kind in known.m2 if kind not in stated]
    if missed:
        shares = _listed([f"{known.at_most[kind] * 100:.0f} %" for kind in missed], "and")
        names = _listed([_BUILDING[kind] for kind in missed], "or")
        yield f"no {names} {never} (of the largest {largest}, {_area(known.largest_m2)}: about {shares})"


def _listed(names: list[str], word: str) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"


def _area(square_metres: float) -> str:
    return f"{square_metres:,.0f} m2"
