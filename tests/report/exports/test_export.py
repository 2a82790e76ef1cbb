"""Exports are whole or not there, and the sealed run stays as it is."""

import copy
import json
import shutil
from pathlib import Path

import pytest

from sitewatch.cli import run as command_line
from sitewatch.cli.export import FORMATS as OFFERED
from sitewatch.errors import OutputError, RunError
from sitewatch.evidence import check_manifest
from sitewatch.io.results import Run
from sitewatch.report.exports import FORMATS, export, usual_path
from sitewatch.report.exports.text import file_stem, shown


@pytest.mark.parametrize("name", FORMATS)
def test_it_lies_beside_the_run_and_the_run_stays_sealed(run: Run, tmp_path: Path, name: str):
    own = Run.open(shutil.copytree(run.path, tmp_path / "some" / "run"))
    path, found = export(own, name)
    assert path == usual_path(own, name)
    assert path.exists()
    assert {each.name for each in path.parent.iterdir()} == {"run", path.name}
    assert check_manifest(own.path) == []
    assert len(found.changes) == 5


@pytest.mark.parametrize("name", ["gpkg", "csv"])
def test_nothing_is_replaced_unless_it_is_wished(run: Run, tmp_path: Path, name: str):
    out = tmp_path / "out"
    export(run, name, out)
    with pytest.raises(OutputError, match="exists"):
        export(run, name, out)
    assert export(run, name, out, overwrite=True)[0] == out


def test_a_folder_of_others_is_never_replaced(run: Run, tmp_path: Path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    for name in ("csv", "gpkg"):
        with pytest.raises(OutputError, match="exists"):
            export(run, name, tmp_path / "mine", overwrite=True)
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"


def test_the_run_itself_is_never_replaced(run: Run):
    for out in (run.path, run.path.parent):
        with pytest.raises(OutputError, match="never replaces a run"):
            export(run, "csv", out, overwrite=True)
    assert check_manifest(run.path) == []


def test_what_fails_leaves_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sitewatch.report.exports.gpkg.write", fail)
    monkeypatch.setattr("sitewatch.report.exports.tables.write", fail)
    for name in ("gpkg", "csv"):
        with pytest.raises(OutputError, match="No space left"):
            export(run, name, tmp_path / "new" / name)
    assert list(tmp_path.iterdir()) == []


def test_a_changed_record_of_decisions_is_refused(run: Run, tmp_path: Path):
    own = Run.open(shutil.copytree(run.path, tmp_path / "run"))
    record = next((own.path / "review").iterdir())
    record.write_text(record.read_text().replace("rejected", "confirmed"))
    with pytest.raises(RunError):
        export(own, "csv", tmp_path / "out")


def test_confirmed_of_nothing_is_refused(run: Run, tmp_path: Path):
    own = Run.open(shutil.copytree(run.path, tmp_path / "run"))
    shutil.rmtree(own.path / "review")
    with pytest.raises(RunError, match=r"no change of .* is confirmed"):
        export(own, "csv", tmp_path / "out", confirmed=True)


@pytest.mark.parametrize("name", FORMATS)
def test_a_run_that_found_nothing_is_exported_too(run: Run, tmp_path: Path, name: str):
    own = Run.open(shutil.copytree(run.path, tmp_path / "run", ignore=shutil.ignore_patterns("review")))
    path = own.path / "changes.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": []}))
    assert export(own, name)[1].changes == []


@pytest.mark.parametrize("name", FORMATS)
def test_two_images_without_a_site_are_exported_too(run: Run, tmp_path: Path, name: str):
    own = shutil.copytree(run.path, tmp_path / "run", ignore=shutil.ignore_patterns("review"))
    changes = json.loads((own / "changes.geojson").read_text("utf-8"))
    for feature in changes["features"]:
        feature["properties"]["site_id"] = None
    (own / "changes.geojson").write_text(json.dumps(changes))
    (own / "sites.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": []}))
    info = copy.deepcopy(dict(run.info))
    info["pairs"] = [{**info["pairs"][0], "site": "overlap"}]
    (own / "run.json").write_text(json.dumps(info))
    assert len(export(Run.open(own), name)[1].changes) == 5


def test_the_command_offers_every_format(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert tuple(FORMATS) == OFFERED
    out = str(tmp_path / "t")
    assert command_line(["export", str(run.path), "--format", "csv", "--out", out, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["changes"], said["sites"], said["path"]) == (5, 4, out)
    assert command_line(["export", str(run.path), "--format", "csv", "--out", out]) == 1
    assert "--overwrite" in capsys.readouterr().err


def test_stems_of_names_stay_apart_and_inside():
    names = ["a", "A b", "a/b", "../a", "..", "", "a" * 500, "a" * 501, "\ud800"]
    stems = [file_stem(name) for name in names]
    assert len(set(stems)) == len(names)
    assert all(stem and len(stem) <= 80 and not set(stem) & set("/\\.:") for stem in stems)


def test_a_shown_text_can_be_written_as_xml():
    text = shown("".join(map(chr, range(0x110000))))
    text.encode()
    assert shown("a\tb\nc\x0bd") == "a\tb\nc\ufffdd"
