"""Draws the sites and scenes of `sitewatch demo`, and the truth about them.

The positions lie in the open sea where the prime meridian meets the equator: no drawn place is a real one,
and every file says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from shapely import unary_union
from shapely.geometry.base import BaseGeometry

from sitewatch.errors import OutputError
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.io.vectors import geojson_text
from sitewatch.records import NOT_ASSESSABLE, VerdictWord
from sitewatch.simulate.pair import DrawnPair, Story, film, tell
from sitewatch.simulate.places import PLACES, Place
from sitewatch.simulate.recipe import Event, Shift
from sitewatch.simulate.scene import DrawnScene, shoot

CREDIT = "drawn by sitewatch, no real place"
LICENCE = "CC0-1.0"
NOTE = "Drawn by sitewatch for its demonstration. The position lies in the open sea: no such place exists."


@dataclass(frozen=True, slots=True)
class KnownChange:
    """One true change of a drawn site, in WGS84."""

    site_id: str
    kind: Event
    geometry: BaseGeometry
    area_m2: float


@dataclass(frozen=True, slots=True)
class DrawnWorkspace:
    """What `draw_workspace` wrote.

    Attributes
    ----------
    root : Path
    sites_file : Path
        GeoJSON: id, name, category, since, until, events, sources.
    scenes : tuple of Path
        GeoTIFFs, all their facts in their tags.
    truth_file : Path
        GeoJSON of every true change: ``kind``, ``area_m2``, ``site_id``.
    truth_rasters : mapping of site id to Path
        Codes of `records.KIND_CODES` on the before scene's grid; 255 where clouds hide either date and on
        ground that changed with an object but is none (graded yards, singed grass).
    friends_file : Path
        GeoJSON of the false friends: ``name``, ``site_id``.
    changes : tuple of KnownChange
        Those of the truth file.
    verdicts : mapping of site id to str
        What an analyst would say: ``change``, ``no_visible_change``, ``not_assessable``.
    """

    root: Path
    sites_file: Path
    scenes: tuple[Path, ...]
    truth_file: Path
    truth_rasters: Mapping[str, Path]
    friends_file: Path
    changes: tuple[KnownChange, ...]
    verdicts: Mapping[str, VerdictWord]

    def at(self, root: Path) -> "DrawnWorkspace":
        """Return the same, for a folder that was moved to `root`."""

        def moved(path: Path) -> Path:
            return root / path.relative_to(self.root)

        return replace(
            self,
            root=root,
            sites_file=moved(self.sites_file),
            scenes=tuple(map(moved, self.scenes)),
            truth_file=moved(self.truth_file),
            truth_rasters=MappingProxyType({site: moved(path) for site, path in self.truth_rasters.items()}),
            friends_file=moved(self.friends_file),
        )


def draw_workspace(root: Path, seed: int = 7) -> DrawnWorkspace:
    """Draw six sites with their scenes into a folder, which is made if it is not there.

    ``sites.geojson``, ``images/*.tif``, ``truth.geojson``, ``friends.geojson``, ``truth/*.tif``. The same
    seed gives the same bytes.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    _make(root / "images", root / "truth")
    drawn = [_draw(place, seed + index) for index, place in enumerate(PLACES)]
    scenes = [_write_scene(root / "images", one.place, scene) for one in drawn for scene in one.scenes]
    rasters = {one.place.id: _write_truth(root / "truth", one) for one in drawn}
    changes = tuple(
        KnownChange(one.place.id, change.kind, change.geometry, change.area_m2)
        for one in drawn
        for change in one.pair.objects
    )
    return DrawnWorkspace(
        root=root,
        sites_file=_write_text(root / "sites.geojson", [_site(one) for one in drawn]),
        scenes=tuple(scenes),
        truth_file=_write_text(root / "truth.geojson", _truth_features(changes)),
        truth_rasters=MappingProxyType(rasters),
        friends_file=_write_text(root / "friends.geojson", [f for one in drawn for f in _friends(one)]),
        changes=changes,
        verdicts=MappingProxyType({place.id: place.verdict for place in PLACES}),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    place: Place
    pair: DrawnPair
    scenes: tuple[DrawnScene, ...]


def _draw(place: Place, seed: int) -> _Drawn:
    story = tell(place.recipe, seed)
    pair = film(story, seed)
    extra = _extra(story, place, seed)
    return _Drawn(place, pair, (pair.before, *extra, pair.after))


def _extra(story: Story, place: Place, seed: int) -> tuple[DrawnScene, ...]:
    """Draw the other scenes of the time before anything happened."""
    rng = np.random.default_rng((seed, 2))
    return tuple(shoot(story.stage, story.before, seen, shift=Shift(), rng=rng) for seen in place.also_before)


def _site(one: _Drawn) -> dict[str, Any]:
    place = one.place
    return {
        "id": place.id,
        "geometry": unary_union(one.pair.places),
        "properties": {
            "id": place.id,
            "name": place.name,
            "category": place.category,
            "since": place.since.isoformat(),
            "until": place.until.isoformat(),
            "events": place.suspicion,
            "sources": ["drawn by sitewatch"],
            "note": NOTE,
        },
    }


def _truth_features(changes: tuple[KnownChange, ...]) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{change.site_id}-{number}",
            "geometry": change.geometry,
            "properties": {
                "site_id": change.site_id,
                "kind": change.kind,
                "area_m2": round(change.area_m2, 1),
                "note": NOTE,
            },
        }
        for number, change in enumerate(changes, 1)
    ]


def _friends(one: _Drawn) -> list[dict[str, Any]]:
    return [
        {
            "geometry": friend.geometry,
            "properties": {
                "site_id": one.place.id,
                "name": friend.name,
                "where": "here" if friend.geometry is not None else "the whole scene",
            },
        }
        for friend in one.pair.friends
    ]


def _write_scene(folder: Path, place: Place, scene: DrawnScene) -> Path:
    path = folder / f"{place.id}_{scene.datetime:%Y%m%d}.tif"
    facts = {
        "SENSOR": "drawn",
        "CREDIT": CREDIT,
        "LICENCE": LICENCE,
        "SUN_AZIMUTH": f"{scene.view.sun_azimuth:g}",
        "SUN_ELEVATION": f"{scene.view.sun_elevation:g}",
        "OFF_NADIR": f"{scene.view.off_nadir:g}",
        "ACQUISITION_DATETIME": f"{scene.datetime:%Y-%m-%dT%H:%M:%SZ}",
    }
    tags = {
        "TIFFTAG_DATETIME": f"{scene.datetime:%Y:%m:%d %H:%M:%S}",
        "TIFFTAG_IMAGEDESCRIPTION": NOTE,
        **facts,
        **{f"SITEWATCH_{key}": value for key, value in facts.items()},
    }
    write_geotiff(path, scene.pixels, scene.grid, Labels(0, scene.bands, tags))
    return path


def _write_truth(folder: Path, one: _Drawn) -> Path:
    path = folder / f"{one.place.id}.tif"
    codes = one.pair.truth.copy()
    unseen = ~(one.pair.before.clear & one.pair.after.clear)
    codes[one.pair.doubtful | unseen] = NOT_ASSESSABLE
    write_geotiff(path, codes, one.pair.before.grid, Labels(NOT_ASSESSABLE, ("kind",), {"NOTE": NOTE}))
    return path


def _write_text(path: Path, features: list[dict[str, Any]]) -> Path:
    try:
        path.write_text(geojson_text(features), "utf-8")
    except OSError as error:
        raise _unwritable(path, error) from error
    return path


def _make(*folders: Path) -> None:
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(folder, error) from error


def _unwritable(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"{path} could not be written ({error.strerror})",
        "a writable folder is needed",
        "choose another --out",
    )
