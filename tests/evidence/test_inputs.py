"""The list of inputs against sha256sum, and what became of them."""

import shutil
import subprocess
from pathlib import Path

import pytest

from sitewatch.errors import OutputError
from sitewatch.evidence import INPUTS, check_inputs, remote, write_inputs

NAMES = ["plain.tif", "with space.tif", "with\nline.tif", "with\\slash.tif", "with\\\\n.tif", "ümlaut.tif"]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for name in NAMES:
        (tmp_path / "in" / name).write_text(name)
    run = tmp_path / "run"
    run.mkdir()
    write_inputs(run, (tmp_path / "in").iterdir())
    return run


def test_sha256sum_reads_the_list_from_any_folder(run: Path):
    sha256sum = shutil.which("sha256sum")
    if sha256sum is None:
        pytest.skip("sha256sum is not on this machine")
    command = [sha256sum, "--check", "--strict", str(run / INPUTS)]
    done = subprocess.run(command, cwd="/", capture_output=True, check=False)  # noqa: S603 - fixed words
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(NAMES)


def test_every_name_is_found_again(run: Path):
    found = check_inputs(run)
    assert found is not None
    assert {one.state for one in found} == {"unchanged"}
    assert {Path(one.path).name for one in found} == set(NAMES)


def test_inputs_that_moved_are_found_by_name_and_digest(run: Path, tmp_path: Path):
    (tmp_path / "in").rename(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / NAMES[0]).write_text("other")
    assert {one.state for one in check_inputs(run) or ()} == {"gone"}
    found = {Path(one.path).name: one for one in check_inputs(run, among=tmp_path) or ()}
    assert found[NAMES[0]].state == "changed"
    assert found[NAMES[1]].found == tmp_path / "elsewhere" / NAMES[1]


def test_what_is_read_over_a_network_has_no_line(tmp_path: Path):
    hrefs = ["https://example.org/a.tif", "s3://b/c.tif", "/vsizip/x.zip/a.tif"]
    assert all(map(remote, hrefs))
    write_inputs(tmp_path, hrefs)
    assert check_inputs(tmp_path) == []
    assert check_inputs(tmp_path / "none") is None


def test_an_input_that_cannot_be_read_is_said(tmp_path: Path):
    with pytest.raises(OutputError, match="every input must be readable"):
        write_inputs(tmp_path, [tmp_path / "gone.tif"])
