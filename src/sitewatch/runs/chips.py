"""Chips of a finished run drawn again: others, larger, sharper, or all of them."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pystac
from shapely.geometry import shape

from sitewatch.catalogue.stac import item_to_scene
from sitewatch.errors import RunError
from sitewatch.evidence import write_manifest
from sitewatch.io.results import Run, read_features, write_tables
from sitewatch.pipeline.registration import Registration
from sitewatch.records import Change, Kind, Measurement, Pair, Rival, Scene, Site
from sitewatch.report.chips import ChipStyle, rank, write_chip
from sitewatch.report.page import write_page
from sitewatch.runs.writing import viewer

Feature = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes get a chip.

    Attributes
    ----------
    site : str or None
        Only of this site.
    kind : Kind or None
        Only of this kind.
    ids : tuple of str
        Only these changes; all if empty.
    most : int or None
        Largest and surest first; all if None.
    """

    site: str | None = None
    kind: Kind | None = None
    ids: tuple[str, ...] = ()
    most: int | None = None

    def choose(self, changes: Iterable[Change]) -> list[Change]:
        """Return the changes that get a chip, best first."""
        chosen = [
            change
            for change in changes
            if self.site in (None, change.site_id)
            and self.kind in (None, change.kind)
            and (not self.ids or change.id in self.ids)
        ]
        return rank(chosen)[: self.most]


def draw_chips(
    run: Run, wanted: Wanted | None = None, *, style: ChipStyle | None = None, out: Path | None = None
) -> dict[str, str]:
    """Draw chips of a run from its scenes, which must still be where they were.

    Parameters
    ----------
    out : Path, optional
        Folder for the files. By default they go into the run, whose ``changes.geojson``, page and manifest
        then know them.

    Returns
    -------
    dict
        File name by change id.

    Raises
    ------
    RunError
        If no change of the run is wanted.
    RasterError
        If a scene cannot be read any more.
    OutputError
        If a file cannot be written.
    """
    features = read_features(run, "changes")
    changes = [to_change(feature) for feature in features]
    chosen = (wanted or Wanted()).choose(changes)
    if not chosen:
        raise RunError(
            f"no change of {run.path} is wanted", f"it has {len(changes)}", "choose another site, kind or id"
        )
    names: dict[str, str] = {}
    for change in chosen:
        pair, registration = compared(run, change.site_id)
        view = viewer(pair, registration, [other for other in changes if other.site_id == change.site_id])
        names[change.id] = write_chip(out or run.path / "chips", pair, change, view, style=style)
    if out is None:
        _enter(run, features, names)
    return names


def to_change(feature: Feature) -> Change:
    """Make a change from its Feature in ``changes.geojson``."""
    said = feature["properties"]
    return Change(
        id=said["id"],
        site_id=said["site_id"],
        kind=said["kind"],
        confidence=math.nan if said["confidence"] is None else said["confidence"],
        kinds=said["kinds"],
        area_m2=said["area_m2"],
        geometry=shape(feature["geometry"]),
        evidence={name: _measured(value) for name, value in said["evidence"].items()},
        reasons=tuple(said["reasons"]),
        rivals=tuple(
            Rival(
                rival["name"],
                rival["stance"],
                rival["sentence"],
                _measured(rival["measurement"]) if rival["measurement"] is not None else None,
                # Runs of earlier versions knew no veto.
                vetoes=rival.get("vetoes", False),
            )
            for rival in said["rivals"]
        ),
    )


def _measured(value: Mapping[str, Any]) -> Measurement:
    number = value["value"]
    return Measurement(float("nan") if number is None else number, value["unit"])


def compared(run: Run, site_id: str | None) -> tuple[Pair, Registration]:
    """Return the pair that a site was judged from, and how it was registered."""
    name = site_id or "overlap"
    pair = next(pair for pair in run.info["pairs"] if pair["site"] == name)
    before, after = (_scene(run, pair[side]) for side in ("before", "after"))
    registration = Registration.from_dict(run.info["fits"][name]["registration"])
    site = _site(run, site_id) if site_id is not None else None
    return Pair(before, after, site, tuple(pair["reasons"]), tuple(pair["cautions"])), registration


def _site(run: Run, site_id: str) -> Site:
    feature = next(each for each in read_features(run, "sites") if each["properties"]["site_id"] == site_id)
    said = feature["properties"]
    return Site(site_id, said["name"], said["category"], shape(feature["geometry"]))


def _scene(run: Run, scene_id: str) -> Scene:
    facts = run.info["scenes"][scene_id]
    return item_to_scene(pystac.Item.from_dict(facts["item"]))


def _enter(run: Run, features: list[dict[str, Any]], names: Mapping[str, str]) -> None:
    for feature in features:
        name = names.get(feature["properties"]["id"])
        if name is not None:
            feature["properties"]["chip"] = f"chips/{name}"
    placed = [{**feature, "geometry": shape(feature["geometry"])} for feature in features]
    sites = [{**site, "geometry": shape(site["geometry"])} for site in read_features(run, "sites")]
    write_tables(run.path, placed, sites)
    write_page(run.path, sites=read_features(run, "sites"), changes=features, info=run.info)
    write_manifest(run.path)
