"""A register as a file, a sample of it, and runs that judged sites."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from sitewatch.catalogue.sites import read_sites
from sitewatch.runs.survey import draw, write_sample

Fill = Callable[..., Path]
SIZES = {"Hotan": 60, "Kashgar": 120, "Turpan": 20}


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """Write 200 places in three prefectures."""
    path = tmp_path / "register.csv"
    places = [name for name, size in SIZES.items() for _ in range(size)]
    lines = [f"p{i},Place {i},{80 + i / 50},{38 + i / 90},{name}\n" for i, name in enumerate(places)]
    path.write_text("".join(["id,name,lon,lat,Prefecture\n", *lines]), "utf-8")
    return path


@pytest.fixture
def sample(register: Path, tmp_path: Path) -> Path:
    """Draw 50 of them."""
    path = tmp_path / "sample.csv"
    write_sample(draw(read_sites(register), "prefecture", 50, "1"), path)
    return path


@pytest.fixture
def fill(sample: Path, tmp_path: Path) -> Fill:
    """Return what writes columns into the sample: a list of 50 values each, in the order of its lines."""

    def filled(name: str = "filled.csv", **columns: Sequence[str]) -> Path:
        rows = lines(sample)
        for column, values in columns.items():
            for row, value in zip(rows, values, strict=True):
                row[column] = value
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path

    return filled


def lines(path: Path) -> list[dict[str, str]]:
    """Read a CSV by the standard library alone."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_judged(folder: Path, verdicts: Mapping[str, str], kind: str = "demolition") -> Path:
    """Write a run folder that says of each site what is given, and nothing else."""
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps({"run_id": "r", "sitewatch": "0"}))
    features = [
        {
            "type": "Feature",
            "geometry": None,
            "properties": {
                "site_id": site,
                "verdict": verdict,
                "kinds": [kind] if verdict == "change" else [],
            },
        }
        for site, verdict in verdicts.items()
    ]
    (folder / "sites.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return folder
