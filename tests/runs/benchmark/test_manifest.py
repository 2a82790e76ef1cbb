"""What the words of a manifest mean."""

import os
from pathlib import Path

import pytest

from sitewatch.errors import CatalogueError
from sitewatch.runs.benchmark.manifest import choose, date_of, read_manifest


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2017", "2017"),
        ("2017-09", "2017-09"),
        ("2017-9", "2017-09"),
        (" 2000-03-17 ", "2000-03-17"),
        ("20090818", "2009-08-18"),
        ("2017-09-25T17:05:00Z", "2017-09-25T17:05:00+00:00"),
        ("2002..2018", None),
        ("before 2011-05-22", None),
        ("after 2011-05-22", None),
        ("<=60 d before 2020-08-24", None),
        ("<=30 d after containment of the 2020-08-24 fire", None),
        ("2017-13", None),
        ("", None),
    ],
)
def test_a_date_is_taken_and_a_bound_is_not(text: str, date: str | None) -> None:
    assert date_of(text) == date


def test_an_entry_says_what_its_row_says(manifest: Path) -> None:
    levir, other, mexico, dsifn, joplin, _ = read_manifest(manifest)
    assert levir.name == "levir/levir-1"
    assert levir.before == manifest.parent / "levir-1" / "before.tif"
    assert (levir.bands, levir.sensor, levir.scale) == (("red", "green", "blue"), "Google Earth RGB", None)
    assert (levir.credit, levir.licence, levir.date_before) == ("somebody", "free", None)
    assert (other.date_before, other.date_after, other.sensor) == ("2017-09", "2018", None)
    assert mexico.scale == pytest.approx(1e-4)
    assert (levir.can_turn, mexico.can_turn, joplin.can_turn) == (True, False, False)
    assert (levir.footprints, mexico.is_null) == (None, True)
    assert mexico.footprints == manifest.parent / "mexico-1" / "buildings.tif"
    assert (dsifn.kind_told, joplin.kind_told, joplin.truth) == (False, True, None)


def test_sets_are_chosen_by_name_and_cut(manifest: Path) -> None:
    entries = read_manifest(manifest)
    assert [each.pair for each in choose(entries, ["mexico", "levir"])] == ["levir-1", "levir-2", "mexico-1"]
    assert [each.set for each in choose(entries, limit=1)] == ["levir", "mexico", "dsifn", "joplin", "bad"]
    with pytest.raises(CatalogueError, match="no set nowhere; it has levir, mexico"):
        choose(entries, ["nowhere"])


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "set,pair,before,after\n"])
def test_a_file_that_is_no_manifest_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "m.csv").write_text(content)
    with pytest.raises(CatalogueError, match="no rows with the columns"):
        read_manifest(tmp_path / "m.csv")


def test_a_missing_or_binary_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="cannot be read"):
        read_manifest(tmp_path / "none.csv")
    (tmp_path / "m.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogueError, match="cannot be read"):
        read_manifest(tmp_path / "m.csv")


def _data() -> Path:
    return Path(os.environ.get("SITEWATCH_DATA", Path(__file__).parents[4] / "shared" / "data"))


@pytest.mark.real
@pytest.mark.skipif(not _data().is_dir(), reason="the real imagery is not here")
def test_the_real_manifest_is_understood_and_its_files_are_there() -> None:
    entries = read_manifest(_data() / "MANIFEST.csv")
    assert len(entries) >= 100
    for entry in entries:
        assert entry.before.is_file()
        assert entry.after.is_file()
        assert entry.truth is None or entry.truth.is_file()
        assert entry.bands
    assert {entry.set for entry in entries if entry.can_turn} == {"levir", "levir256", "landsat"}
    assert {"mexico", "mexico-more"} <= {entry.set for entry in entries if entry.footprints}
    assert {entry.set for entry in entries if entry.scale} == {"calfire"}
    assert {entry.set for entry in entries if not entry.kind_told} == {"dsifn"}
