"""A checked run: what was changed is named, whatever it is."""

import shutil
from pathlib import Path

import pytest

from benchmarks.verify import byte_changes, drawn_run
from sitewatch.errors import RunError
from sitewatch.evidence import MANIFEST, Decision, Log, custody, note, write_inputs, write_manifest
from sitewatch.evidence.decisions import now
from sitewatch.evidence.verify import verify


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scratch = tmp_path_factory.mktemp("whole")
    return drawn_run(scratch, sites=2, shrunk=100)


@pytest.fixture
def run(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "run"))


def names(run: Path) -> list[str]:
    return [fault.name for fault in verify(run).faults]


def test_a_whole_run_is_whole_and_says_what_was_checked(run: Path):
    found = verify(run)
    assert found.whole
    assert "1 of 1 inputs are there and unchanged" in found.remarks
    assert any("decisions.jsonl: 12 lines" in remark for remark in found.remarks)
    assert found.to_dict()["whole"] is True


def test_what_is_missing_added_and_changed_is_named(run: Path):
    (run / "run.json").unlink()
    (run / "chips" / "new.png").write_bytes(b"x")
    (run / "index.html").write_text("other")
    assert names(run) == ["chips/new.png", "index.html", "run.json"]


def test_some_dozens_of_changed_bytes_are_all_found():
    found = byte_changes(60, seed=7)
    assert (found.changes, found.found, found.missed) == (60, 60, ())


@pytest.mark.parametrize("file", ["decisions.jsonl", "custody.jsonl", "MANIFEST.sha256"])
def test_every_byte_of_a_record_counts(run: Path, file: str):
    path = run / file if file == MANIFEST else run / "review" / file
    before = path.read_bytes()
    for place in {0, 5, len(before) // 2, len(before) - 2, len(before) - 1}:
        after = bytearray(before)
        after[place] ^= 1
        path.write_bytes(after)
        assert path.relative_to(run).as_posix() in names(run), place
    path.write_bytes(before)
    assert names(run) == []


def test_a_line_feed_that_became_another_end_of_line_is_a_change(run: Path):
    path = run / MANIFEST
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r", 1))
    shutil.rmtree(run / "review")
    assert names(run)


def test_a_manifest_written_anew_does_not_agree_with_the_custody_log(run: Path):
    (run / "index.html").write_text("other")
    write_manifest(run)
    assert names(run) == [MANIFEST]


def test_lines_that_are_taken_out_of_the_middle_show(run: Path):
    path = run / "review" / "decisions.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:3] + lines[4:]))
    fault = verify(run).faults[0]
    assert (fault.part, fault.name) == ("decisions", "review/decisions.jsonl")
    assert "line 4" in fault.trouble


def test_what_else_lies_beside_the_records_is_said(run: Path):
    (run / "review" / "notes.txt").write_text("x")
    found = verify(run)
    assert found.whole
    assert "review/notes.txt is covered by no digest" in found.remarks


def test_an_input_that_changed_is_a_fault_and_one_that_is_gone_is_not(tmp_path: Path):
    run, first, second = tmp_path / "run", tmp_path / "a.tif", tmp_path / "b.tif"
    run.mkdir()
    (run / "run.json").write_text("{}")
    for path in (first, second):
        path.write_text(path.name)
    write_inputs(run, [first, second, "https://example.org/c.tif"])
    write_manifest(run)
    assert verify(run).whole
    first.write_text("other")
    second.unlink()
    found = verify(run)
    assert [(fault.part, fault.name) for fault in found.faults] == [("inputs", str(first))]
    assert any(str(second) in remark and "not there" in remark for remark in found.remarks)


def test_a_folder_that_never_was_a_run_is_refused(tmp_path: Path):
    with pytest.raises(RunError, match="is not a run folder"):
        verify(tmp_path)


def test_a_decision_made_after_the_seal_changes_nothing_that_is_sealed(run: Path):
    Log.of(run).write(Decision(change_id="c", reviewer="bo", status="rejected", at=now()))
    note(run, "verified", by="bo")
    assert verify(run).whole
    assert custody(run).read().links[-1].entry["act"] == "verified"
