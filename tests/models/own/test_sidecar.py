"""What a sidecar may say, and what it may not."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.models.own.conftest import BASIS

from sitewatch.errors import ModelError
from sitewatch.models.own import Sidecar


def written(folder: Path, **entries: Any) -> Path:
    path = folder / "change.json"
    path.write_text(json.dumps({**BASIS, **entries}))
    return path


def test_what_is_left_out_has_a_default(tmp_path: Path):
    sidecar = Sidecar.open(written(tmp_path))
    assert sidecar.bands == ("red", "green", "blue")
    assert (sidecar.pixel_m, sidecar.temperature, sidecar.threshold) == (None, 1, 0.5)


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"bands": ["red", "redd", "blue"]}, "different names"),
        ({"bands": ["red", "red", "blue"]}, "different names"),
        ({"bands": ["red"]}, "1 numbers, one a band"),
        ({"normalisation": {"method": "mean_std", "mean": [0, 0, 0], "std": [1, 0, 1]}}, "std"),
        ({"normalisation": {"method": "mean_std", "mean": [0, 0], "std": [1, 1]}}, "3 numbers"),
        ({"normalisation": {"method": "min_max", "low": [0, 0, 1], "high": [1, 1, 1]}}, "above its low"),
        ({"normalisation": {"method": "percentiles", "low": 98, "high": 2}}, "high must be above low"),
        ({"normalisation": {"method": "guess"}}, "normalisation"),
        ({"layout": "three"}, "layout"),
        ({"overlap": 20}, "at most half"),
        ({"tile": 8}, "tile"),
        ({"classes": ["none"]}, "name a kind"),
        ({"classes": ["building"]}, "classes"),
        ({"activation": "softmax"}, "two outputs"),
        ({"activation": "none", "temperature": 2}, "temperature"),
        ({"pixel_m": -1}, "pixel_m"),
        ({"tiles": 3}, "tiles"),
    ],
)
def test_what_cannot_be_is_refused_by_name(tmp_path: Path, entries: dict[str, Any], said: str):
    with pytest.raises(ModelError, match=said):
        Sidecar.open(written(tmp_path, **entries))


def test_a_missing_sidecar_is_told_by_its_name(tmp_path: Path):
    with pytest.raises(ModelError, match=r"change\.json cannot be read") as caught:
        Sidecar.open(tmp_path / "change.json")
    assert "sidecar" in caught.value.needed
