"""The records that the page is made of: a card a site, a card a change, everything in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SceneLine:
    """What is said of one of the two scenes."""

    name: str
    date: str
    sensor: str
    gsd: str
    credit: str
    licence: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RivalLine:
    """Another explanation that was tried, and what was measured about it."""

    name: str
    stance: str
    sentence: str
    measured: str


@dataclass(frozen=True, slots=True)
class ChangeCard:
    """One change.

    Attributes
    ----------
    number : int
        Its place in ``changes.geojson``, and in the data of the map.
    confidence : float
        0..1; -1 if none was worked out, so that it sorts last.
    chip : str or None
        Path of the annotated figure from the run folder; None if there is none.
    outline : str
        The change on its unannotated chips, as the ``d`` of an SVG path in their pixels; "" if not known.
    side : int
        Pixels a side of those chips.
    """

    number: int
    id: str
    kind: str
    title: str
    confidence: float
    word: str
    definition: str
    probabilities: str
    chip: str | None
    outline: str
    side: int
    reasons: tuple[str, ...]
    evidence: tuple[tuple[str, str], ...]
    rivals: tuple[RivalLine, ...]
    scenes: tuple[SceneLine, ...]
    approximate: bool
    review: str

    @property
    def stem(self) -> str:
        """Return the chip's path without its ending."""
        return (self.chip or "").removesuffix(".png")


@dataclass(frozen=True, slots=True)
class PlaceboCard:
    """A site's placebo test.

    Attributes
    ----------
    bars : tuple of (x, height)
        Placements of the pool, 0..1 across and up.
    ticks : tuple of (x, height)
        Placements of the site's own scene.
    site : float
        Where the site stands, 0..1 across.
    facts : tuple of (name, value)
        Every number.
    """

    bars: tuple[tuple[float, float], ...]
    ticks: tuple[tuple[float, float], ...]
    site: float
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SiteCard:
    """One site with its changes, surest first; `verdict` is "" on the card of changes of no site."""

    number: int
    id: str
    name: str
    category: str
    verdict: str
    verdict_title: str
    reason: str
    facts: tuple[tuple[str, str], ...]
    scenes: tuple[SceneLine, ...]
    cautions: tuple[str, ...]
    changes: tuple[ChangeCard, ...]
    placebo: PlaceboCard | None = None
