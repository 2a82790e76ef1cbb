"""What an edition says, and what it does not."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import sitewatch as sw
from sitewatch.errors import OutputError, RedactionError
from sitewatch.evidence import Decision, Log, check_manifest, digest
from sitewatch.evidence.decisions import now
from sitewatch.io.results import read_features
from sitewatch.runs.redaction import Wishes, check, read_names, redact


def features(folder: Path, name: str) -> list[dict]:
    return json.loads((folder / name).read_text("utf-8"))["features"]


@pytest.fixture
def edition(original: sw.Run, tmp_path: Path) -> Path:
    return redact(original, tmp_path / "edition").path


def test_findings_are_told_without_their_place(original: sw.Run, edition: Path):
    before, after = read_features(original, "changes"), features(edition, "changes.geojson")
    assert len(after) == len(before) > 0
    assert {feature["geometry"] for feature in after} == {None}
    assert {feature["properties"]["site"] for feature in after} <= {"Site A", "Site B"}
    assert sorted(one["properties"]["kind"] for one in after) == sorted(
        one["properties"]["kind"] for one in before
    )
    areas = [sorted(one["properties"]["area_m2"] for one in some) for some in (before, after)]
    assert areas[1] == pytest.approx(areas[0], rel=0.005)
    assert "Drawn near Site" in after[0]["properties"]["before"]["credit"]


def test_the_edition_is_bound_to_its_run_and_whole(original: sw.Run, edition: Path):
    facts = json.loads((edition / "edition.json").read_text())
    assert facts["manifest_sha256"] == digest(original.path / "MANIFEST.sha256")
    assert check_manifest(edition) == []
    rows = list(csv.DictReader(io.StringIO((edition / "sites.csv").read_text("utf-8"))))
    assert [row["site"] for row in rows] == [
        one["properties"]["site"] for one in features(edition, "sites.geojson")
    ]


def test_the_same_run_gives_the_same_edition(original: sw.Run, edition: Path, tmp_path: Path):
    again = redact(original, tmp_path / "again").path
    assert (again / "MANIFEST.sha256").read_text() == (edition / "MANIFEST.sha256").read_text()


def test_pictures_are_parts_of_the_chips_and_nothing_else(original: sw.Run, edition: Path):
    pictures = sorted(edition.glob("chips/*.png"))
    assert pictures
    wholes = [np.asarray(Image.open(path)) for path in original.path.glob("chips/*_after.png")]
    for path in pictures[:4]:
        with Image.open(path) as image:
            image.load()
            assert image.info == {}
            part = np.asarray(image)
        if path.name.endswith("_after.png"):
            assert any(_within(part, whole) for whole in wholes)
    assert sum(path.stat().st_size for path in pictures) > 0


def _within(part: np.ndarray, whole: np.ndarray) -> bool:
    rows, cols = (large - small for large, small in zip(whole.shape[:2], part.shape[:2], strict=True))
    height, width = part.shape[:2]
    return (height < whole.shape[0] or height <= 32) and any(
        np.array_equal(whole[row : row + height, col : col + width], part)
        for row in range(max(rows, 0) + 1)
        for col in range(max(cols, 0) + 1)
    )


def test_pictures_can_be_left_out(original: sw.Run, tmp_path: Path):
    assert redact(original, tmp_path / "e", Wishes(pictures=False)).pictures == 0
    assert not list((tmp_path / "e").rglob("*.png"))


def test_rounded_positions_are_those_of_the_sites(original: sw.Run, tmp_path: Path):
    folder = redact(original, tmp_path / "e", Wishes(step=0.5)).path
    for name in ("sites.geojson", "changes.geojson"):
        for feature in features(folder, name):
            x, y = feature["geometry"]["coordinates"]
            assert (x / 0.5) % 1 == (y / 0.5) % 1 == 0
    places = {
        one["properties"]["site"]: one["geometry"]["coordinates"] for one in features(folder, "sites.geojson")
    }
    for one in features(folder, "changes.geojson"):
        assert one["geometry"]["coordinates"] == places[one["properties"]["site"]]


def test_reviews_are_told_without_the_reviewers(copy: sw.Run, tmp_path: Path):
    change = read_features(copy, "changes")[0]["properties"]["id"]
    for name in ("Ann Smith", "Bo Jones"):
        Log.of(copy.path).write(
            Decision(change_id=change, reviewer=name, status="confirmed", note="by Ann Smith", at=now())
        )
    folder = redact(copy, tmp_path / "e").path
    reviews = [one["properties"]["review"] for one in features(folder, "changes.geojson")]
    assert reviews.count({"status": "confirmed", "votes": 2}) == 1
    assert "Smith" not in "".join(path.read_text("utf-8") for path in folder.glob("*.*"))


def test_hostile_texts_show_as_text(copy: sw.Run, tmp_path: Path):
    changes = read_features(copy, "changes")
    changes[0]["properties"]["reasons"] = ["<script>alert(1)</script>", "=1+1"]
    document = {"type": "FeatureCollection", "features": changes}
    (copy.path / "changes.geojson").write_text(json.dumps(document))
    page = (redact(copy, tmp_path / "e").path / "index.html").read_text("utf-8")
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page


def test_a_listed_name_that_is_an_ordinary_word_is_refused(original: sw.Run, tmp_path: Path):
    with pytest.raises(RedactionError, match="a word that every edition uses"):
        redact(original, tmp_path / "e", Wishes(names=("Change",)))


def test_nothing_that_stands_there_is_replaced_unasked(original: sw.Run, edition: Path, tmp_path: Path):
    with pytest.raises(OutputError, match="exists"):
        redact(original, edition)
    assert redact(original, edition, overwrite=True).changes
    with pytest.raises(OutputError, match="not written by sitewatch"):
        redact(original, tmp_path, overwrite=True)


def test_a_run_and_what_is_made_of_it_can_be_searched(original: sw.Run, edition: Path, tmp_path: Path):
    assert check(original, [edition]) == []
    kinds = {leak.kind for leak in check(original, [original.path])}
    assert {"position", "name", "token", "metadata", "path", "digest"} <= kinds
    (tmp_path / "a.md").write_text("It was at South Camp.")
    assert [leak.kind for leak in check(original, [tmp_path / "a.md"])] == ["name"]


def test_a_list_of_names_is_read_line_by_line(tmp_path: Path):
    (tmp_path / "names.txt").write_text("# people\n\n Ann Smith \nSeñora Núñez\n", "utf-8")
    assert read_names(tmp_path / "names.txt") == ("Ann Smith", "Señora Núñez")
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(RedactionError, match="one a line"):
        read_names(tmp_path / "bad.txt")
