"""The site files of a workspace."""

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sitewatch.catalogue.sites.read import NOTES, SiteReading, read_sites
from sitewatch.catalogue.workspace import Workspace
from sitewatch.errors import OutputError, SiteError, SitewatchError
from sitewatch.io.vectors import SUFFIXES, geojson_text
from sitewatch.records import Category, Site


def add_sites(
    workspace: Workspace,
    path: Path,
    *,
    radius_m: float | None = None,
    category: Category | None = None,
    replace: bool = False,
) -> SiteReading:
    """Check the sites of a file and write the good ones to ``aois/<name of the file>.geojson``.

    Parameters
    ----------
    radius_m, category
        As in `read_sites`.
    replace : bool
        Put the file in the place of one of the same name.

    Returns
    -------
    SiteReading
        What was written, and what was refused; a site whose id the workspace has already is refused.

    Raises
    ------
    VectorError, SiteError, GeometryError
        If the file cannot be read, none of its sites can be used, or its name is taken.
    OutputError
        If it cannot be written. In every case the workspace is as it was.
    """
    target = workspace.aois / f"{path.stem}.geojson"
    _refuse_taken(path, target, replace=replace)
    reading = read_sites(path, radius_m=radius_m, category=category)
    there = {site.id.casefold(): place for place, site in _stored(workspace, without=target)}
    kept, refused = [], list(reading.refused)
    for site in reading.sites:
        place = there.get(site.id.casefold())
        if place is None:
            kept.append(site)
        else:
            refused.append((site.name, _taken(site, path.name, place)))
    result = SiteReading(tuple(kept), tuple(refused))
    _write(target, geojson_text([to_feature(site) for site in result.require()], {"name": path.stem}))
    return result


def load_sites(workspace: Workspace, ids: Sequence[str] = ()) -> SiteReading:
    """Read the sites of a workspace: every vector file in ``aois/``, in order of file names.

    Parameters
    ----------
    ids : sequence of str
        Only these, in this order; all by default.

    Returns
    -------
    SiteReading
        Unreadable files and repeated ids are among the refused (not if `ids` are asked for).

    Raises
    ------
    SiteError
        If the workspace has no site of one of the ids.
    """
    sites: dict[str, tuple[str, Site]] = {}
    refused: list[tuple[str, SitewatchError]] = []
    for file in site_files(workspace):
        try:
            reading = read_sites(file)
        except SitewatchError as error:
            refused.append((file.name, error))
            continue
        refused += reading.refused
        for site in reading.sites:
            place, _ = sites.setdefault(site.id.casefold(), (file.name, site))
            if place != file.name:
                refused.append((site.name, _taken(site, file.name, place)))
    everything = SiteReading(tuple(site for _, site in sites.values()), tuple(refused))
    return _chosen(everything, ids) if ids else everything


def to_feature(site: Site) -> dict[str, Any]:
    """Return a site as `geojson_text` takes it; `read_sites` makes the same site of it again."""
    notes = {NOTES: site.notes} if site.notes else {}
    properties = {
        "id": site.id,
        "name": site.name,
        "category": site.category,
        "since": site.since,
        "until": site.until,
        "events": site.events,
        "sources": site.sources,
        "precision_m": site.precision_m,
        **notes,
    }
    return {
        "id": site.id,
        "geometry": site.geometry,
        "properties": properties | {k: v for k, v in site.properties.items() if k not in properties},
    }


def site_files(workspace: Workspace) -> list[Path]:
    """Return the vector files in ``aois/``, in order of their names."""
    return sorted(path for path in workspace.aois.iterdir() if path.suffix.lower() in SUFFIXES)


def _stored(workspace: Workspace, without: Path) -> Iterator[tuple[str, Site]]:
    for file in site_files(workspace):
        if file != without:
            try:
                yield from ((file.name, site) for site in read_sites(file).sites)
            except SitewatchError:
                # `load_sites` reports a file that cannot be read; its ids cannot be known here.
                continue


def _chosen(everything: SiteReading, ids: Sequence[str]) -> SiteReading:
    known = {site.id: site for site in everything.sites}
    refused = dict(everything.refused)
    for wanted in ids:
        if wanted in known:
            continue
        if wanted in refused:
            raise refused[wanted]
        near = difflib.get_close_matches(wanted, known, n=3)
        raise SiteError(
            f"there is no site {wanted!r}",
            f"near it are {', '.join(near)}" if near else f"the workspace has {len(known)} sites",
            "`sitewatch sites list` names them",
        )
    return SiteReading(tuple(known[wanted] for wanted in dict.fromkeys(ids)))


def _refuse_taken(path: Path, target: Path, *, replace: bool) -> None:
    if path.resolve().parent == target.resolve().parent:
        raise SiteError(
            f"{path.name} lies in the workspace already",
            "files in aois/ are read where they are",
            "`sitewatch sites list` shows their sites",
        )
    if target.exists() and not replace:
        raise SiteError(
            f"the workspace has a file {target.name}",
            "a file is added under its own name",
            "give --replace to put this one in its place, or rename it",
        )


def _taken(site: Site, file: str, place: str) -> SiteError:
    return SiteError(
        f"the site {site.id!r} is in {place} and in {file}",
        "ids must be unique in a workspace",
        "give one of them another id, or take one out",
    )


def _write(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_text(text, "utf-8")
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise OutputError(
            f"{path.name} could not be written ({(error.strerror or str(error)).lower()})",
            "a writable workspace with room on its disk is needed",
            "free space, or check who may write there",
        ) from error
