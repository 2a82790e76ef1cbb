"""The buildings of a run: footprints in, ``buildings.geojson`` and a few numbers out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import shapely

from sitewatch.catalogue.footprints import FootprintReading
from sitewatch.errors import CoverageError
from sitewatch.io.results import building_feature
from sitewatch.models.damage import shipped
from sitewatch.records import Building, Site
from sitewatch.runs.judged import Ground, Judged

_WORDS = ("destroyed", "possible", "none_visible", "not_assessable")


def building_features(judged: Judged, run_id: str) -> tuple[Mapping[str, Any], ...]:
    """Return the buildings of a piece of ground as Features.

    On a site's own ground only those that touch the site; on the whole overlap all, each with the first site
    that it touches.
    """
    if judged.detection is None or not judged.detection.buildings:
        return ()
    pair, buildings = judged.detection.pair, judged.detection.buildings
    if pair.site is not None:
        return tuple(
            building_feature(one, pair, pair.site.id, run_id)
            for one in buildings
            if shapely.intersects(one.footprint.geometry, pair.site.geometry)
        )
    sites = [verdict.site for verdict in judged.verdicts]
    return tuple(building_feature(one, pair, _home(one, sites), run_id) for one in buildings)


def building_facts(reading: FootprintReading, features: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what ``run.json`` says of the buildings.

    Raises
    ------
    CoverageError
        If none of the footprints lies on the ground that was judged.
    """
    words = Counter(feature["properties"]["damage"] for feature in features)
    if not words:
        raise CoverageError(
            f"none of the {len(reading.footprints)} footprints of {reading.path.name} lies on the ground "
            "that was judged",
            "footprints inside both scenes, and on a site where only sites are judged, are needed",
            "check the file's CRS and place, or leave --buildings out",
        )
    return {
        "href": str(reading.path.absolute()),
        "sha256": reading.sha256,
        "given": len(reading.footprints),
        "judged": words.total(),
        "damage": {word: words[word] for word in _WORDS},
        "calibrated": shipped().calibrated,
        "refused": [{"name": name, "error": str(error)} for name, error in reading.refused],
    }


def building_line(facts: Mapping[str, Any]) -> str:
    """Say in one line what was read inside the footprints."""
    counts = ", ".join(f"{number} {word.replace('_', ' ')}" for word, number in facts["damage"].items())
    refused = f"; {len(facts['refused'])} could not be used" if facts["refused"] else ""
    return f"  buildings: {counts} ({facts['judged']} of {facts['given']} footprints{refused})"


def features_of(grounds: Sequence[Ground]) -> list[Mapping[str, Any]]:
    """Return the buildings of all pieces of ground, in order."""
    return [feature for ground in grounds for feature in ground.buildings]


def _home(building: Building, sites: Sequence[Site]) -> str | None:
    shape = building.footprint.geometry
    return next((site.id for site in sites if shapely.intersects(shape, site.geometry)), None)
