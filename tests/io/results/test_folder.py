"""Whole or nothing: whatever happens, either the new folder is there or everything is as it was."""

import errno
import os
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest

from sitewatch.errors import OutputError, RasterError
from sitewatch.io.results import new_file, new_run

RUN_JSON = '{"run_id": "r", "sitewatch": "0"}'


def listing(root: Path) -> dict[str, bytes | None]:
    return {str(p.relative_to(root)): p.read_bytes() if p.is_file() else None for p in root.rglob("*")}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    run = tmp_path / "out"
    (run / "rasters").mkdir(parents=True)
    (run / "run.json").write_text(RUN_JSON)
    (run / "rasters" / "x").write_text("old")
    return run


def test_a_run_appears_at_the_end_and_not_before_and_parents_are_made(tmp_path: Path) -> None:
    out = tmp_path / "not" / "yet" / "run"
    with new_run(out) as folder:
        (folder / "a").write_text("a")
        assert not out.exists()
        assert folder.parent == out.parent
    assert listing(tmp_path / "not") == {"yet": None, "yet/run": None, "yet/run/a": b"a"}


def test_a_new_folder_has_the_rights_of_any_folder(tmp_path: Path) -> None:
    with new_run(tmp_path / "run"):
        pass
    (tmp_path / "plain").mkdir()
    assert (tmp_path / "run").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize(
    "error", [ValueError("x"), KeyboardInterrupt(), RasterError("f", "n", "d"), OSError(5, "io")]
)
def test_any_failure_leaves_nothing_and_passes_on_as_it_is(tmp_path: Path, error: BaseException) -> None:
    def work() -> None:
        with new_run(tmp_path / "not" / "run") as folder:
            (folder / "half").write_text("half")
            raise error

    with pytest.raises(type(error)) as caught:
        work()
    assert caught.value is error
    assert listing(tmp_path) == {}


def test_an_existing_folder_is_refused_before_any_work(old: Path, tmp_path: Path) -> None:
    before = listing(tmp_path)
    with pytest.raises(OutputError, match="--overwrite"), new_run(old):
        pytest.fail("work began")
    assert listing(tmp_path) == before


def test_overwrite_replaces_a_run_whole(old: Path, tmp_path: Path) -> None:
    with new_run(old, overwrite=True) as folder:
        (folder / "new").write_text("new")
        assert (old / "rasters" / "x").read_text() == "old"
    assert listing(tmp_path) == {"out": None, "out/new": b"new"}


def test_a_failure_with_overwrite_leaves_the_old_run(old: Path, tmp_path: Path) -> None:
    before = listing(tmp_path)

    def work() -> None:
        with new_run(old, overwrite=True) as folder:
            (folder / "new").write_text("new")
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        work()
    assert listing(tmp_path) == before


def test_a_failure_of_the_last_rename_brings_the_old_run_back(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, rename = listing(tmp_path), Path.rename

    def failing(self: Path, target: Path) -> Path:
        if ".partial-" in self.name:
            raise OSError(errno.EACCES, "Permission denied", str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OutputError, match="Permission denied"), new_run(old, overwrite=True):
        pass
    assert listing(tmp_path) == before


@pytest.mark.parametrize("run_json", [None, "[]", "{", '{"name": "somebody else\'s"}'])
def test_a_folder_that_is_no_run_is_never_replaced(tmp_path: Path, run_json: str | None) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").write_text("years of work")
    if run_json is not None:
        (tmp_path / "out" / "run.json").write_text(run_json)
    before = listing(tmp_path)
    with (
        pytest.raises(OutputError, match="not written by sitewatch"),
        new_run(tmp_path / "out", overwrite=True),
    ):
        pytest.fail("work began")
    assert listing(tmp_path) == before


def test_a_file_is_never_replaced_but_an_empty_folder_may_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError), new_run(tmp_path / "file", overwrite=True):
        pytest.fail("work began")
    (tmp_path / "empty").mkdir()
    with new_run(tmp_path / "empty", overwrite=True) as folder:
        (folder / "a").write_text("a")
    assert listing(tmp_path) == {"file": b"x", "empty": None, "empty/a": b"a"}


def test_a_link_to_a_run_stays_a_link(old: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(old)
    with new_run(tmp_path / "link", overwrite=True) as folder:
        (folder / "new").write_text("new")
    assert (tmp_path / "link").is_symlink()
    assert (old / "new").read_text() == "new"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's always-full device")
def test_a_full_disk_is_our_error_and_leaves_the_old_run(old: Path, tmp_path: Path) -> None:
    before = listing(tmp_path)
    with pytest.raises(OutputError, match="No space left"), new_run(old, overwrite=True):
        Path("/dev/full").write_text("x")
    assert listing(tmp_path) == before


def test_a_read_only_parent_is_our_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(prefix: str, dir: Path) -> NoReturn:
        raise OSError(errno.EROFS, "Read-only file system", str(dir / prefix))

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    with pytest.raises(OutputError, match="Read-only"), new_run(tmp_path / "a" / "run"):
        pytest.fail("work began")
    assert listing(tmp_path) == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_without_rights_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o555)
    with pytest.raises(OutputError, match="Permission denied"), new_run(tmp_path / "locked" / "run"):
        pytest.fail("work began")


def test_a_parent_that_is_a_file_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError), new_run(tmp_path / "file" / "run"):
        pytest.fail("work began")


def test_somebody_elses_permission_error_is_not_taken_for_ours(tmp_path: Path) -> None:
    error = PermissionError(errno.EACCES, "Permission denied", "/elsewhere/input.tif")
    with pytest.raises(PermissionError) as caught, new_run(tmp_path / "run"):
        raise error
    assert caught.value is error


def test_a_run_that_people_have_decided_about_is_never_overwritten(old: Path) -> None:
    (old / "review").mkdir()
    (old / "review" / "decisions.jsonl").write_text("a decision")
    there = listing(old)
    with pytest.raises(OutputError, match="holds decisions of reviewers"), new_run(old, overwrite=True):
        pytest.fail("no work may be started")
    assert listing(old) == there


def test_a_file_appears_at_the_end_whole(tmp_path: Path) -> None:
    out = tmp_path / "not" / "yet" / "a.bin"
    with new_file(out, overwrite=False) as path:
        path.write_bytes(b"new")
        assert not out.exists()
        assert path.name == out.name
    assert listing(tmp_path / "not") == {"yet": None, "yet/a.bin": b"new"}


@pytest.mark.parametrize(
    "stop", [RasterError("a", "b", "c"), KeyboardInterrupt(), OSError(errno.ENOSPC, "full")]
)
def test_a_file_that_is_not_finished_leaves_everything_as_it_was(tmp_path: Path, stop: BaseException) -> None:
    (tmp_path / "a.bin").write_bytes(b"old")

    def half(out: Path) -> None:
        with new_file(out, overwrite=True) as path:
            path.write_bytes(b"half")
            raise stop

    for out in (tmp_path / "a.bin", tmp_path / "new" / "b.bin"):
        with pytest.raises((type(stop), OutputError)):
            half(out)
    assert listing(tmp_path) == {"a.bin": b"old"}


def test_a_file_is_replaced_only_if_it_is_wished_and_a_folder_never(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"old")
    with pytest.raises(OutputError, match="--overwrite"), new_file(tmp_path / "a.bin", overwrite=False):
        pass
    with new_file(tmp_path / "a.bin", overwrite=True) as path:
        path.write_bytes(b"new")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match="exists"), new_file(tmp_path / "folder", overwrite=True):
        pass
    assert listing(tmp_path) == {"a.bin": b"new", "folder": None}
