"""Everything that a chip says, in words: what is known, and what is not."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from odc.geo.geobox import GeoBox

from sitewatch import __version__
from sitewatch.catalogue.sensors import title
from sitewatch.grid import gsd_m, require_crs
from sitewatch.records import Change, Pair, Rival, Scene, View
from sitewatch.report.chips.ground import lonlat_words, mgrs_words, north_deg, width_m
from sitewatch.report.chips.lettering import can_set
from sitewatch.report.chips.view import ChipStyle
from sitewatch.report.standing import UNREVIEWED, Standing
from sitewatch.report.words import KIND_TITLES, area_words, confidence_word, moment_words

_NBSP = "\N{NO-BREAK SPACE}"
MOST_REASONS = 5
MOST_RIVALS = 4
NOT_VALIDATED = UNREVIEWED
# No text of a file's is longer than this in a figure.
_LONGEST = 1500
APPROXIMATE = "Georeference approximate: the position was entered by the user, not taken from the image."
_NUMBERS = {2: "two", 3: "three", 4: "four"}
_STANCES = {
    "for": "speaks for it",
    "against": "speaks against it",
    "undecided": "undecided",
    "not_checked": "",
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading, and paragraphs under it."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Captions:
    """The texts of a figure, by where they stand; `dates` and `scenes` have an entry a date."""

    title: str
    confidence: str
    subtitle: str
    dates: tuple[str, ...]
    scenes: tuple[tuple[str, ...], ...]
    findings: tuple[Passage, ...]
    reading: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a figure shows, for its texts.

    Attributes
    ----------
    display : str
        Which bands are shown, and how they were stretched.
    sha256 : str
        Of the panels' own pixels.
    scenes : tuple of Scene
        In the order of the panels.
    standing : Standing
        How the change stands with reviewers.
    """

    display: str
    sha256: str
    scenes: tuple[Scene, ...]
    standing: Standing = field(default_factory=Standing)


def captions(change: Change, pair: Pair, grid: GeoBox, style: ChipStyle, *, shown: Shown) -> Captions:
    """Write the texts of a chip whose frame is `grid`."""
    count = len(shown.scenes)
    panels = "the panel's" if count == 1 else f"the {_NUMBERS.get(count, str(count))} panels'"
    return Captions(
        title=f"{KIND_TITLES[change.kind]}, {area_words(change.area_m2)}",
        confidence=_confidence_short(change),
        subtitle=f"{site_words(pair)}   \N{MIDDLE DOT}   change {change.id}",
        dates=tuple(date_words(scene) for scene in shown.scenes),
        scenes=tuple(scene_words(scene) for scene in shown.scenes),
        findings=tuple(_findings(change)),
        reading=(
            Passage("How sure", (confidence_words(change), shown.standing.words)),
            Passage("Where", tuple(_place(change, pair, grid, shown.standing))),
            Passage("How it is shown", (_frame_words(grid, style, count), f"{shown.display}.")),
            Passage(
                "Check",
                (f"SHA-256 of {panels} own pixels: {shown.sha256[:16]}. Drawn by sitewatch {__version__}.",),
            ),
        ),
    )


def date_words(scene: Scene) -> str:
    """Write the date of a scene as far as it is known."""
    return moment_words(scene.datetime, scene.date_precision)


def scene_words(scene: Scene) -> tuple[str, ...]:
    """Say what a scene is: sensor, resolution, angles, product, credit, licence, or "not stated"."""
    sensor = title(scene.sensor) if scene.sensor != "unknown" else "Sensor not stated"
    return (
        f"{sensor}; ground sample distance {scene.gsd_m:.3g}{_NBSP}m; {_angles(scene.view)}",
        f"Product: {bounded(scene.product_id)}"
        if scene.product_id
        else f"Product id not stated; scene: {scene.id}",
        credit_words(scene),
        f"Licence: {bounded(scene.licence)}" if scene.licence else "licence not stated",
        *((f"SHA-256 of the source: {scene.sha256[:16]}",) if scene.sha256 else ()),
    )


def credit_words(scene: Scene) -> str:
    """Return the credit verbatim, or say that there is none."""
    return f"Credit: {bounded(scene.credit)}" if scene.credit else "credit not stated"


def bounded(text: str, most: int = _LONGEST) -> str:
    """Return a text that has room in a figure: what is far too long is cut, and says so."""
    return text if len(text) <= most else f"{text[:most]}\N{HORIZONTAL ELLIPSIS} (cut)"


def _angles(view: View) -> str:
    no_sun = view.sun_elevation is None and view.sun_azimuth is None
    if no_sun and view.off_nadir is None:
        return "off-nadir and sun angles not stated"
    off_nadir = (
        "off-nadir angle not stated" if view.off_nadir is None else f"off-nadir {_deg(view.off_nadir)}"
    )
    if no_sun:
        return f"{off_nadir}; sun angles not stated"
    sun = [
        f"{name} {_deg(value)}" if value is not None else f"{name} not stated"
        for name, value in (("elevation", view.sun_elevation), ("azimuth", view.sun_azimuth))
    ]
    return f"{off_nadir}; sun {', '.join(sun)}"


def _deg(value: float) -> str:
    return f"{value:.1f}\N{DEGREE SIGN}"


def site_words(pair: Pair) -> str:
    """Name the site of a pair, with its id."""
    if pair.site is None:
        return "No site: found in the overlap of the two scenes"
    if not can_set(bounded(pair.site.name, 200)):
        return f"{pair.site.id} (its name is in a script that could not be set here)"
    name = bounded(pair.site.name, 200)
    return name if name == pair.site.id else f"{name} ({pair.site.id})"


def _confidence_short(change: Change) -> str:
    word = confidence_word(change.confidence)
    return (
        "confidence not worked out"
        if word is None
        else f"confidence: {word.word} ({change.confidence * 100:.0f} %)"
    )


def confidence_words(change: Change) -> str:
    """Say how sure a change is, with the definition of the word for it."""
    word = confidence_word(change.confidence)
    if word is None:
        return "No probability was worked out for this change."
    return (
        f"{word.word.capitalize()} ({change.confidence:.2f}): the program's estimate of the probability that "
        f"an analyst would confirm this change; {word.definition}."
    )


def _findings(change: Change) -> Iterator[Passage]:
    reasons = _first(change.reasons, MOST_REASONS) or ("No reasons were recorded.",)
    yield Passage("Why it was reported", reasons)
    rivals = [rival for rival in change.rivals if rival.stance != "not_checked"]
    unchecked = [rival.name for rival in change.rivals if rival.stance == "not_checked"]
    said = [_rival_words(rival) for rival in rivals]
    if unchecked:
        said.append(f"Could not be checked: {', '.join(unchecked)}.")
    if said:
        yield Passage("Other explanations that were tried", _first(tuple(said), MOST_RIVALS))
    others = [kind for kind in change.kinds if kind != change.kind and change.kinds[kind] >= 0.1]
    if others:
        shown = ", ".join(f"{kind} {change.kinds[kind]:.2f}" for kind in (change.kind, *others))
        yield Passage("Which kind", (f"Probabilities: {shown}.",))


def _rival_words(rival: Rival) -> str:
    return f"{rival.name.capitalize()} ({_STANCES[rival.stance]}): {rival.sentence}"


def _first(sentences: tuple[str, ...], most: int) -> tuple[str, ...]:
    """Cut a list, and say so."""
    if len(sentences) <= most:
        return sentences
    return (*sentences[: most - 1], f"{len(sentences) - most + 1} more in changes.geojson.")


def _place(change: Change, pair: Pair, grid: GeoBox, standing: Standing) -> Iterator[str]:
    middle = change.geometry.centroid
    yield (
        f"Centre of the change {_held(lonlat_words(middle.x, middle.y))} (WGS84), "
        f"MGRS {_held(mgrs_words(middle.x, middle.y, gsd_m(grid)))}. "
        f"Up is the north of the grid ({_crs_words(grid)}); "
        f"the arrow shows true north, {turn_words(north_deg(grid))}."
    )
    kind = standing.found_as or change.kind
    leading, moved = ("after", "before") if kind == "construction" else ("before", "after")
    yield f"Placed by the {leading} scene's georeference; the {moved} scene was registered to it."
    if "approximate" in {pair.before.georeference, pair.after.georeference}:
        yield APPROXIMATE


def _crs_words(grid: GeoBox) -> str:
    crs = require_crs(grid)
    code = crs.to_epsg()
    return f"EPSG:{code}" if code is not None else crs.proj.name


def _held(text: str) -> str:
    """Keep a text on one line."""
    return text.replace(" ", _NBSP)


def turn_words(angle: float) -> str:
    """Say where north is, from its direction in degrees clockwise from up."""
    if abs(angle) < 0.05:
        return "straight up"
    return f"{abs(angle):.1f}\N{DEGREE SIGN} to the {'right' if angle > 0 else 'left'} of up"


def _frame_words(grid: GeoBox, style: ChipStyle, count: int) -> str:
    rows, cols = grid.shape
    across = width_m(grid)
    pixel = across / cols
    method = "bicubic interpolation" if style.resampling == "bicubic" else "the nearest pixel"
    what = {1: "The panel shows ground", 2: "Both panels show the same ground,"}.get(
        count, f"All {count} dates show the same ground,"
    )
    return (
        f"{what} {_metres(across)} wide: {cols} \N{MULTIPLICATION SIGN} {rows} "
        f"pixels of {pixel:.3g}{_NBSP}m, {'both ' if count == 2 else ''}brought to the size of the figure by "
        f"{method}."
    )


def _metres(value: float) -> str:
    return f"{value / 1000:.3g}{_NBSP}km" if value >= 1000 else f"{value:.3g}{_NBSP}m"
