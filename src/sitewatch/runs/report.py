"""A report of a finished run: what is shown is chosen, credited, drawn, and put into one document."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from shapely.geometry import shape

from sitewatch.errors import OutputError
from sitewatch.evidence import MANIFEST, Log, digest
from sitewatch.io.results import Run, read_features
from sitewatch.pipeline.registration import Registration
from sitewatch.records import Pair
from sitewatch.report.chips import ChipStyle, draw, draw_map, map_grid, rank
from sitewatch.report.credit import Statements, credited_pair, require_known
from sitewatch.report.document import Document, Ground, Listed, Source, Told, build
from sitewatch.runs.chips import Decided, compared, decided, site_of
from sitewatch.runs.looks import Looking

_DPI = 200
_FIGURE_MM = 170.0
MOST_FIGURES = 6


@dataclass(frozen=True, slots=True)
class Reported:
    """What a report shows.

    Attributes
    ----------
    title : str or None
    confirmed : bool
        Only what reviewers confirmed.
    most : int
        Figures of changes a site, largest and surest first; the map shows all.
    """

    title: str | None = None
    confirmed: bool = False
    most: int = MOST_FIGURES


def report(run: Run, wanted: Reported | None = None, *, said: Statements | None = None) -> Document:
    """Make the report of a run from its scenes, which must still be where they were.

    A site has a page if the program calls it changed, or if something at it was confirmed, and there is
    something left to show; every site is in the table.

    Raises
    ------
    RunError
        If the record of decisions was changed.
    SceneError
        If a scene that is shown has no credit, or no licence that allows it, and the user states none.
    RasterError
        If a scene cannot be read any more.
    """
    wanted, said = wanted or Reported(), said or Statements()
    require_known(said, run.info["scenes"])
    every = tuple(decided(run))
    places = _places(run, every)
    paged = [place for place in places if _shown(place.changes, place.said, wanted)]
    # Every scene is asked for before the first figure is drawn.
    looking = [Looking(*_credited(_compared(run, place.name), said), every) for place in paged]
    grounds = [_ground(look, place, wanted) for look, place in zip(looking, paged, strict=True)]
    listed = [
        Listed(
            place.said,
            tuple(Told(one.change, one.standing) for one in place.changes),
            paged.index(place) if place in paged else None,
        )
        for place in places
    ]
    return build(_source(run, wanted, sum(bool(place.said) for place in places)), grounds, listed)


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """A site with the changes at it; the name is None for what lies at no site."""

    name: str | None
    said: Mapping[str, Any]
    changes: tuple[Decided, ...]


def _places(run: Run, every: Sequence[Decided]) -> list[_Place]:
    """Deal the changes out to the sites.

    Where the whole overlap was judged, changes carry no site: they belong to the sites that they touch.
    """
    places, dealt = [], set()
    for feature in read_features(run, "sites"):
        said, ground = feature["properties"], shape(feature["geometry"])
        mine = tuple(
            one
            for one in every
            if one.change.site_id == said["site_id"]
            or (one.change.site_id is None and one.change.geometry.intersects(ground))
        )
        dealt |= {one.change.id for one in mine}
        places.append(_Place(said["site_id"], said, mine))
    rest = tuple(one for one in every if one.change.id not in dealt)
    return [*places, _Place(None, {}, rest)] if rest or not places else places


def _compared(run: Run, name: str | None) -> tuple[Pair, Registration]:
    """Return the pair of a site: its own, or that of the overlap with the site in it."""
    if name is None or any(pair["site"] == name for pair in run.info["pairs"]):
        return compared(run, name)
    pair, registration = compared(run, None)
    return replace(pair, site=site_of(run, name)), registration


def _credited(found: tuple[Pair, Registration], said: Statements) -> tuple[Pair, Registration]:
    return credited_pair(found[0], said), found[1]


def _shown(changes: Sequence[Decided], said: Mapping[str, Any], wanted: Reported) -> list[Decided]:
    """Return what of a site's changes a report shows; nothing, where the site gets no page."""
    kept = [one for one in changes if one.standing.status != "rejected"]
    confirmed = [one for one in kept if one.standing.status == "confirmed"]
    if wanted.confirmed:
        return confirmed
    return kept if confirmed or said.get("verdict", "change") == "change" else []


def _ground(looking: Looking, place: _Place, wanted: Reported) -> Ground:
    said, changes = place.said, place.changes
    shown = {one.change.id: one for one in _shown(changes, said, wanted)}
    best = rank(one.change for one in shown.values())
    style = ChipStyle(dpi=_DPI, width_mm=_FIGURE_MM, notes=False)
    pair = looking.pair
    told = []
    for number, change in enumerate(best):
        one = shown[change.id]
        chip = draw(pair, change, looking.viewer(one, style), style)[0] if number < wanted.most else None
        told.append(Told(change, one.standing, chip))
    grid = map_grid(pair, best)
    return Ground(
        said=said,
        pair=pair,
        shown=tuple(told),
        rejected=sum(one.standing.status == "rejected" for one in changes),
        map=draw_map(looking.view(grid), pair, best, ChipStyle(dpi=_DPI)),
    )


def _source(run: Run, wanted: Reported, sites: int) -> Source:
    votes = Log.of(run.path).votes()
    manifest = run.path / MANIFEST
    return Source(
        title=wanted.title or (_sites_title(sites) if sites else "Changes between two scenes"),
        confirmed=wanted.confirmed,
        info=run.info,
        manifest=digest(manifest) if manifest.is_file() else "",
        decisions=len(votes),
        chain=votes[-1].sha256 if votes else "",
    )


def _sites_title(sites: int) -> str:
    return f"Changes at {sites} site{'' if sites == 1 else 's'}"


def write_report(path: Path, content: bytes) -> None:
    """Write a report whole or not at all.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    partial = path.with_name(f"{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise OutputError(
            f"{path} could not be written ({error.strerror or error})",
            "a writable folder with room on its disk is needed",
            "free space, or choose another --out",
        ) from error
