"""The custody log: who, when, what; and nothing that stops work where it cannot be kept."""

import datetime as dt
import hashlib
import logging
from pathlib import Path

import pytest

from sitewatch.evidence import custody, note, sealed, sent, user, write_manifest


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "run.json").write_text("{}")
    write_manifest(tmp_path)
    return tmp_path


def test_a_line_says_who_did_what_when_and_on_which_manifest(run: Path):
    before = dt.datetime.now(dt.UTC)
    link = note(run, "exported", by="Ann", format="gpkg", files=sent(run / "run.json"))
    assert link is not None
    said = dict(link.entry)
    at = dt.datetime.fromisoformat(said.pop("at"))
    assert at.utcoffset() == dt.timedelta(0)
    assert abs(at - before) < dt.timedelta(minutes=1)
    assert said == {
        "act": "exported",
        "by": "Ann",
        "format": "gpkg",
        "files": {"run.json": hashlib.sha256(b"{}").hexdigest()},
        "manifest": hashlib.sha256((run / "MANIFEST.sha256").read_bytes()).hexdigest(),
    }


def test_the_user_at_the_machine_is_named_where_nobody_else_is(run: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LOGNAME", "cleo")
    assert user() == "cleo"
    link = note(run, "made")
    assert link is not None
    assert link.entry["by"] == "cleo"


def test_a_log_that_cannot_be_kept_is_a_warning_and_stops_nothing(
    run: Path, caplog: pytest.LogCaptureFixture
):
    # A file where the folder should be: no line can be written, whoever tries.
    (run / "review").write_text("in the way")
    with caplog.at_level(logging.WARNING):
        assert note(run, "exported") is None
    assert "does not know that the run was exported" in caplog.text


def test_only_who_writes_a_manifest_vouches_for_it(run: Path):
    note(run, "made", by="a")
    first = sealed(custody(run).read())
    (run / "run.json").write_text("other")
    write_manifest(run)
    note(run, "verified", by="b")
    assert sealed(custody(run).read()) == first
    note(run, "made", by="a")
    assert len(sealed(custody(run).read())) == 2


def test_what_went_out_is_named_by_its_place_in_a_folder(run: Path, tmp_path: Path):
    folder = tmp_path / "edition"
    (folder / "a").mkdir(parents=True)
    for name in ("one.txt", "a/one.txt"):
        (folder / name).write_text(name)
    told = sent(folder, run / "run.json")
    assert set(told) == {"run.json", "edition/one.txt", "edition/a/one.txt"}
    assert told["edition/one.txt"] == hashlib.sha256(b"one.txt").hexdigest()
