"""What is written, name by name, against the interface of the run folder."""

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sitewatch.io.results import (
    ChangeRow,
    change_feature,
    date_text,
    site_feature,
    write_run_json,
    write_tables,
)
from sitewatch.records import Change, DatePrecision, Pair, Scene, Verdict

CHANGE_PROPERTIES = [
    "id", "site_id", "kind", "confidence", "kinds", "area_m2", "before", "after", "evidence", "reasons",
    "rivals", "georeference", "review", "chip", "run_id",
]  # fmt: skip
SITE_PROPERTIES = [
    "site_id", "name", "category", "verdict", "reason", "kinds", "changed_m2", "changed_fraction",
    "usable_fraction", "p_value", "q_value", "reference", "min_detectable_m2", "last_seen_unchanged",
    "first_seen_changed", "before", "after",
]  # fmt: skip
SCENE_PROPERTIES = ["scene_id", "datetime", "sensor", "gsd_m", "credit", "licence", "sha256"]


def features(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["features"]
    return found


def test_a_change_has_the_properties_of_the_interface(run_folder: Path) -> None:
    (feature,) = features(run_folder / "changes.geojson")
    said = feature["properties"]
    assert list(said) == CHANGE_PROPERTIES
    assert feature["id"] == said["id"] == "overlap-c-01234567"
    assert list(said["before"]) == list(said["after"]) == SCENE_PROPERTIES
    assert said["before"]["datetime"] == "2017"
    assert said["after"] == {
        "scene_id": "s-after",
        "datetime": "2017-09-25T17:05:00Z",
        "sensor": "unknown",
        "gsd_m": 0.333333,
        "credit": None,
        "licence": None,
        "sha256": "ab",
    }
    assert said["confidence"] == 0.8765
    assert said["kinds"] == {"construction": 0.9, "burning": 0.0333, "demolition": 0.0, "other": 0.0}
    assert said["area_m2"] == 123.457
    assert said["evidence"] == {
        "d_ndvi": {"value": -0.123457, "unit": ""},
        "shift_px": {"value": None, "unit": "px"},
    }
    assert said["rivals"][0] == {
        "vetoes": False,
        "name": "season",
        "stance": "not_checked",
        "sentence": "No dates.",
        "measurement": None,
    }
    assert said["rivals"][1]["measurement"] == {"value": 0.2, "unit": "px"}
    assert said["review"] == {"status": "unreviewed", "votes": []}
    assert said["chip"] == "chips/overlap-c-01234567.png"
    assert said["georeference"] == "true"


def test_one_approximate_scene_makes_a_change_approximate(tmp_path: Path, change: Change, pair: Pair) -> None:
    loose = Scene("s", pair.after.bands, pair.after.grid, 0.5, georeference="approximate")
    write_tables(tmp_path, [change_feature(ChangeRow(change, Pair(pair.before, loose)), "r")], [])
    said = features(tmp_path / "changes.geojson")[0]["properties"]
    assert (said["georeference"], said["chip"], said["after"]["datetime"]) == ("approximate", None, None)


BEYOND = [
    "changed_m2_low", "changed_m2_high", "changed_fraction_low", "changed_fraction_high",
    "unseen", "findings",
]  # fmt: skip


def test_sites_have_the_properties_of_the_interface_and_dates_that_follow_the_verdict(
    run_folder: Path,
) -> None:
    changed, quiet, unseen = (feature["properties"] for feature in features(run_folder / "sites.geojson"))
    assert list(changed) == list(quiet) == list(unseen) == [*SITE_PROPERTIES, *BEYOND]
    assert (changed["last_seen_unchanged"], changed["first_seen_changed"]) == ("2017", "2017-09-25")
    assert (quiet["last_seen_unchanged"], quiet["first_seen_changed"]) == ("2017-09-25", None)
    assert (unseen["last_seen_unchanged"], unseen["first_seen_changed"]) == (None, None)
    assert changed["changed_m2"] == {"construction": 1234.57}
    assert (quiet["p_value"], unseen["p_value"], unseen["before"]) == (0.5, None, None)
    assert unseen["unseen"] == {"cloud": 0.9, "beyond_the_scenes_edges": 0.1}
    assert (quiet["findings"], unseen["findings"]) == ([], ["a tile"])


def test_the_table_says_what_the_features_say(run_folder: Path) -> None:
    with (run_folder / "sites.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["site_id"] for row in rows] == ["a", "b", "-c"]
    assert rows[0]["kinds"] == "construction;burning"
    assert rows[0]["changed_m2_construction"] == "1234.57"
    assert rows[0]["changed_m2_burning"] == ""
    assert rows[0]["after_datetime"] == "2017-09-25T17:05:00Z"
    assert rows[2]["before_scene_id"] == ""
    assert (rows[2]["unseen_cloud"], rows[2]["unseen_stale_tile"], rows[2]["findings"]) == (
        "0.9",
        "",
        "a tile",
    )
    spread = {name.split("_scene_id")[0] for name in rows[0] if name.endswith("_scene_id")}
    assert spread == {"before", "after"}


def test_a_name_that_is_a_formula_stays_text_in_a_spreadsheet(run_folder: Path) -> None:
    with (run_folder / "sites.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["name"] for row in rows] == ["'=a", "'=b", "'=-c"]
    assert features(run_folder / "sites.geojson")[0]["properties"]["name"] == "=a"


def test_the_same_findings_give_the_same_bytes(
    tmp_path: Path, change: Change, pair: Pair, verdicts: list[Verdict]
) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        found = [change_feature(ChangeRow(change, pair), "r")]
        write_tables(tmp_path / name, found, [site_feature(verdict) for verdict in verdicts])
    for name in ("changes.geojson", "sites.geojson", "sites.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_run_without_changes_or_sites_has_empty_collections(tmp_path: Path) -> None:
    write_tables(tmp_path, [], [])
    assert features(tmp_path / "changes.geojson") == features(tmp_path / "sites.geojson") == []
    assert len((tmp_path / "sites.csv").read_text().splitlines()) == 1


def test_run_json_takes_what_runs_are_made_of(tmp_path: Path) -> None:
    info = {
        "run_id": "r",
        "sitewatch": "0",
        "gain": np.float32(0.5),
        "n": np.int64(3),
        "nan": float("nan"),
        "when": dt.date(2020, 1, 2),
        "file": Path("a/b"),
        "tuple": (1, None, True),
        5: "five",
    }
    write_run_json(tmp_path, info)
    assert json.loads((tmp_path / "run.json").read_text()) == {
        "run_id": "r",
        "sitewatch": "0",
        "gain": 0.5,
        "n": 3,
        "nan": None,
        "when": "2020-01-02",
        "file": "a/b",
        "tuple": [1, None, True],
        "5": "five",
    }


@pytest.mark.parametrize(
    ("precision", "text"),
    [("year", "2017"), ("month", "2017-09"), ("day", "2017-09-25"), ("second", "2017-09-25T22:05:00Z")],
)
def test_a_date_is_written_as_far_as_it_is_known(pair: Pair, precision: DatePrecision, text: str) -> None:
    local = dt.datetime(2017, 9, 25, 17, 5, tzinfo=dt.timezone(dt.timedelta(hours=-5)))
    scene = Scene("s", pair.after.bands, pair.after.grid, 0.5, local, precision)
    assert date_text(scene) == text
