"""Run folders with reviewed detections, without any image behind them."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from sitewatch.models.last_stage import Reviewed

Write = Callable[..., Path]


@pytest.fixture
def write_run(tmp_path: Path) -> Write:
    """Return what writes a run of some detections: name, detections, and the model that found them."""

    def written(name: str, found: Sequence[Reviewed], *, model: str = "fine", reviewed: bool = True) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        sites = sorted({one.place for one in found})
        info = {
            "run_id": name,
            "sitewatch": "0",
            "fits": {site: {"model": {"name": model}} for site in sites},
        }
        (folder / "run.json").write_text(json.dumps(info))
        features = [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [one.longitude, 0.5]},
                "properties": {
                    "area_m2": 100.0,
                    "id": f"{name}-{i}",
                    "run_id": name,
                    "site_id": one.place,
                    "kind": one.kind,
                    "before": {"datetime": "2020-01-01"},
                    "after": {"datetime": "2021-05"},
                    "evidence": {key: {"value": value, "unit": ""} for key, value in one.evidence.items()},
                    "review": {"status": status(one) if reviewed else "unreviewed", "votes": []},
                },
            }
            for i, one in enumerate(found)
        ]
        (folder / "changes.geojson").write_text(
            json.dumps({"type": "FeatureCollection", "features": features})
        )
        return folder

    return written


def status(one: Reviewed) -> str:
    """Return what a reviewer would have said."""
    return "confirmed" if one.confirmed else "rejected"
