"""A report of a finished run: what is shown is chosen, credited, drawn, and put into one document."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sitewatch.errors import OutputError
from sitewatch.evidence import MANIFEST, Log, digest
from sitewatch.io.results import Run, read_features
from sitewatch.report.chips import ChipStyle, draw, draw_map, map_grid, rank
from sitewatch.report.credit import Statements, credited_pair, require_known
from sitewatch.report.document import Document, Ground, Listed, Source, Told, build
from sitewatch.runs.chips import Decided, compared, decided
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
    every = decided(run)
    sites = {
        feature["properties"]["site_id"]: feature["properties"] for feature in read_features(run, "sites")
    }
    by_site = _by_site(every)
    names: list[str | None] = [*sites, *(name for name in by_site if name not in sites)]
    paged = [name for name in names if _shown(by_site.get(name, ()), sites.get(name), wanted)]
    # Every scene is asked for before the first figure is drawn.
    pairs = {name: compared(run, name) for name in paged}
    credited = {name: (credited_pair(pair, said), moved) for name, (pair, moved) in pairs.items()}
    grounds = [
        _ground(Looking(*credited[name], tuple(every)), by_site[name], sites.get(name, {}), wanted)
        for name in paged
    ]
    listed = [
        Listed(
            sites.get(name, {}),
            tuple(Told(one.change, one.standing) for one in by_site.get(name, ())),
            paged.index(name) if name in paged else None,
        )
        for name in names
    ]
    return build(_source(run, wanted, len(names)), grounds, listed)


def _by_site(every: Sequence[Decided]) -> Mapping[str | None, list[Decided]]:
    groups: dict[str | None, list[Decided]] = {}
    for one in every:
        groups.setdefault(one.change.site_id, []).append(one)
    return groups


def _shown(changes: Sequence[Decided], said: Mapping[str, Any] | None, wanted: Reported) -> list[Decided]:
    """Return what of a site's changes a report shows; nothing, where the site gets no page."""
    kept = [one for one in changes if one.standing.status != "rejected"]
    confirmed = [one for one in kept if one.standing.status == "confirmed"]
    if wanted.confirmed:
        return confirmed
    changed = said is None or said.get("verdict") == "change"
    return kept if changed or confirmed else []


def _ground(
    looking: Looking, changes: Sequence[Decided], said: Mapping[str, Any], wanted: Reported
) -> Ground:
    shown = {one.change.id: one for one in _shown(changes, said or None, wanted)}
    best = rank(one.change for one in shown.values())
    style = ChipStyle(dpi=_DPI, width_mm=_FIGURE_MM, notes=False)
    pair = looking.pair
    told = []
    for place, change in enumerate(best):
        one = shown[change.id]
        chip = draw(pair, change, looking.viewer(one, style), style)[0] if place < wanted.most else None
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
        title=wanted.title or f"Changes at {sites} site{'' if sites == 1 else 's'}",
        confirmed=wanted.confirmed,
        info=run.info,
        manifest=digest(manifest) if manifest.is_file() else "",
        decisions=len(votes),
        chain=votes[-1].sha256 if votes else "",
    )


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
