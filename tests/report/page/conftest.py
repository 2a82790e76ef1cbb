"""Features as a run folder has them, with texts that would harm a careless page."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

Make = Callable[..., Any]

SCENE = {
    "scene_id": "s2a",
    "datetime": "2017-08-25T04:31:07Z",
    "sensor": "sentinel-2-msi",
    "gsd_m": 10.0,
    "credit": "Contains modified Copernicus Sentinel data 2017",
    "licence": "free and open",
    "sha256": "ab" * 32,
}
BARE = dict.fromkeys(("credit", "licence", "sha256", "datetime")) | {
    "scene_id": "x",
    "sensor": "unknown",
    "gsd_m": 10.0,
}


def _box(lon: float, lat: float, size: float) -> dict[str, Any]:
    ring = [[lon, lat], [lon + size, lat], [lon + size, lat + size], [lon, lat + size], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture(scope="session")
def site() -> Make:
    """Make a Feature of ``sites.geojson``."""

    def make(name: str, /, verdict: str = "change", **more: object) -> Mapping[str, Any]:
        said = {
            "site_id": name,
            "name": f"Place {name}",
            "category": "ground_station",
            "verdict": verdict,
            "reason": "Two buildings are gone.",
            "kinds": ["demolition"],
            "changed_m2": {"demolition": 1240.0},
            "changed_fraction": {"demolition": 0.1},
            "usable_fraction": 0.97,
            "p_value": 0.0031,
            "q_value": None,
            "reference": "scene",
            "min_detectable_m2": {"demolition": 60.0},
            "last_seen_unchanged": "2017-08-25",
            "first_seen_changed": "2017-09-16",
            "before": SCENE,
            "after": BARE,
        }
        return {"type": "Feature", "geometry": _box(92.3, 21.0, 0.01), "properties": said | more}

    return make


@pytest.fixture(scope="session")
def found() -> Make:
    """Make a Feature of ``changes.geojson``."""

    def make(name: str, /, site: str | None = "a", **more: object) -> Mapping[str, Any]:
        said = {
            "id": name,
            "site_id": site,
            "kind": "demolition",
            "confidence": 0.72,
            "kinds": {"construction": 0.0, "burning": 0.0, "demolition": 0.72, "other": 0.28},
            "area_m2": 1240.0,
            "before": SCENE,
            "after": BARE,
            "evidence": {"d_nbr": {"value": 0.412345, "unit": ""}, "shift_px": {"value": None, "unit": "px"}},
            "reasons": ["Edges per area fell from 0.31 to 0.04."],
            "rivals": [
                {
                    "name": "shift",
                    "stance": "against",
                    "sentence": "It is 0.3 px.",
                    "measurement": {"value": 0.3, "unit": "px"},
                },
                {"name": "season", "stance": "not_checked", "sentence": "", "measurement": None},
            ],
            "georeference": "true",
            "review": {"status": "unreviewed", "votes": []},
            "chip": f"chips/{name}.png",
            "run_id": "r",
        }
        return {"type": "Feature", "geometry": _box(92.302, 21.002, 0.001), "properties": said | more}

    return make
