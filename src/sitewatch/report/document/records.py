"""What a report says, before it is written as a page, a slide or a paper: frozen, and all in words."""

from dataclasses import dataclass

from sitewatch.report.chips.captions import Passage


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG picture: its bytes, its size in pixels and print, and what it shows for those who cannot see it.

    Attributes
    ----------
    width, height : int
        Pixels.
    width_mm : float
    """

    data: bytes
    width: int
    height: int
    width_mm: float
    alt: str

    @property
    def height_mm(self) -> float:
        """Return the height in print."""
        return self.width_mm * self.height / self.width


@dataclass(frozen=True, slots=True)
class Outline:
    """A path in pixels of a picture (``d`` of SVG), and its colour (``#rrggbb``)."""

    d: str
    colour: str


@dataclass(frozen=True, slots=True)
class Swipe:
    """Both dates of a frame, to be drawn over one another; outlines in pixels of the two pictures."""

    before: Picture
    after: Picture
    outlines: tuple[Outline, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A numbered figure.

    Attributes
    ----------
    title : str
        In a line.
    caption : str
        Ready to stand behind the number, without credits.
    credits : tuple of str
        Credit and licence of each scene in it, a sentence each.
    swipe : Swipe or None
    """

    number: int
    title: str
    caption: str
    credits: tuple[str, ...]
    picture: Picture
    swipe: Swipe | None = None


@dataclass(frozen=True, slots=True)
class SceneRow:
    """What is said of a scene that was used."""

    role: str
    id: str
    date: str
    sensor: str
    gsd: str
    product: str
    credit: str
    licence: str
    sha256: str


@dataclass(frozen=True, slots=True)
class SitePage:
    """A site with something to say.

    Attributes
    ----------
    name : str
    line : str
        Category, id, verdict.
    passages : tuple of Passage
        What is seen, how sure, what was ruled out.
    map : Figure
    figures : tuple of Figure
        A change each.
    scenes : tuple of SceneRow
    """

    name: str
    line: str
    passages: tuple[Passage, ...]
    map: Figure
    figures: tuple[Figure, ...]
    scenes: tuple[SceneRow, ...]


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A line of the table of all sites."""

    site: str
    verdict: str
    changed: str
    sure: str
    reviewed: str
    tested: str
    figures: str
    reason: str

    COLUMNS = ("Site", "Verdict", "Changed", "Surest", "Review", "p, q", "Figures", "Reason")

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the texts in the order of `COLUMNS`."""
        return (
            self.site,
            self.verdict,
            self.changed,
            self.sure,
            self.reviewed,
            self.tested,
            self.figures,
            self.reason,
        )


@dataclass(frozen=True, slots=True)
class Document:
    """A report.

    Attributes
    ----------
    lede : tuple of str
        What this is, and how it must be read.
    facts : tuple of (name, value)
        By which the report can be traced: run, versions, digests.
    summary : tuple of SummaryRow
    pages : tuple of SitePage
    method : tuple of Passage
        Method and limits.
    credits : tuple of str
        Of every scene that is shown.
    """

    title: str
    subtitle: str
    lede: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    summary: tuple[SummaryRow, ...]
    pages: tuple[SitePage, ...]
    method: tuple[Passage, ...]
    credits: tuple[str, ...]
