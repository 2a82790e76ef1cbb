"""``chips`` and ``report`` as they are typed."""

from pathlib import Path

import pytest

from sitewatch.cli import run


@pytest.mark.parametrize("command", ["chips", "report"])
def test_a_folder_that_is_no_run_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
):
    assert run([command, str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert "is not a run folder" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--style", "gif", "--format", "png"], "--style gif has a format of its own"),
        (["--style", "strip", "--third", "changed"], "it needs --style panel"),
        (["--credit", "no equals sign"], "is not SCENE=TEXT"),
        (["--licence", "=x"], "is not SCENE=TEXT"),
        (["--size", "20"], "is not in the range"),
        (["--format", "bmp"], "is not one of"),
    ],
)
def test_wrong_usage_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], words: str
):
    assert run(["chips", str(tmp_path), *options]) == 2
    assert words in capsys.readouterr().err


def test_a_credit_may_hold_an_equals_sign(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["report", str(tmp_path), "--credit", "a=b=c"]) == 1
    assert "is not a run folder" in capsys.readouterr().err


def test_an_event_has_a_place_in_one_format_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["export", str(tmp_path), "--format", "cems", "--event", "X"]) == 2
    assert "--event goes with --format unosat" in capsys.readouterr().err
