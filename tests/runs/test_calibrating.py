"""Confidences brought to reviews, and pools to quiet pairs of one's own."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.models.last_stage.conftest import reviewed
from tests.runs.conftest import Write

from sitewatch.cli import run as command
from sitewatch.errors import OutputError, RunError
from sitewatch.models.last_stage import LastStage, foretold, shipped
from sitewatch.runs.calibrating import calibrate, extend_pool
from sitewatch.runs.placements import PLACEMENTS, read_placements
from sitewatch.verdicts import COLUMNS, pool_of


def placed(folder: Path, name: str, seed: int) -> Path:
    """Give a ground of a run its placements."""
    draw = np.random.default_rng(seed)
    place = folder / PLACEMENTS
    place.mkdir(exist_ok=True)
    lines = [",".join(COLUMNS), *(",".join(f"{v:.4f}" for v in draw.normal(size=8)) for _ in range(50))]
    (place / f"{name}.csv").write_text("\n".join(lines) + "\n")
    return folder


def test_confidences_follow_the_reviews_and_keep_their_order(write_run: Write):
    seen = reviewed(120, 1)
    (made,) = calibrate([write_run("a", seen)])
    assert (made.model, made.reviewed) == ("fine", 120)
    assert made.after.log_loss < made.before.log_loss
    told = foretold(made.stage, seen)
    assert told.mean() == pytest.approx(np.mean([one.confirmed for one in seen]), abs=0.05)
    assert made.stretch > 0
    before = foretold(shipped().of("fine"), seen)
    assert (np.diff(told[np.argsort(before, kind="stable")]) >= -1e-6).all()


@pytest.mark.parametrize("number", [0, 20])
def test_too_few_reviews_are_refused(write_run: Write, number: int):
    with pytest.raises(RunError, match="too little was reviewed") as caught:
        calibrate([write_run("a", reviewed(number, 1))])
    assert "30" in caught.value.needed


def test_quiet_runs_join_the_pool(write_run: Write, tmp_path: Path):
    runs = [write_run(name, reviewed(3, seed), reviewed=False) for seed, name in enumerate("ab")]
    names = [sorted(json.loads((run / "run.json").read_text())["fits"]) for run in runs]
    for seed, (run, grounds) in enumerate(zip(runs, names, strict=True)):
        for name in grounds:
            placed(run, name, seed)
    base = pool_of("fine")
    pool = extend_pool(runs, tmp_path / "pool.npz", overwrite=False)
    known = len(base.grounds) if base is not None else 0
    assert len(pool.grounds) == known + sum(map(len, names))
    again = pool_of("fine", tmp_path / "pool.npz") if known else pool
    assert again is not None
    assert again.grounds == pool.grounds
    with pytest.raises(OutputError, match="exists"):
        extend_pool(runs, tmp_path / "pool.npz", overwrite=False)


def test_a_run_with_a_confirmed_change_is_not_quiet(write_run: Write, tmp_path: Path):
    run = write_run("a", reviewed(40, 1))
    with pytest.raises(RunError, match="confirmed change"):
        extend_pool([run], tmp_path / "pool.npz", overwrite=False)
    assert not (tmp_path / "pool.npz").exists()


@pytest.mark.parametrize("text", ["", "area,score\n1,2\n", ",".join(COLUMNS) + "\n1,x\n"])
def test_placements_that_are_none_are_refused(write_run: Write, text: str):
    run = write_run("a", reviewed(1, 1))
    (run / PLACEMENTS).mkdir()
    (run / PLACEMENTS / "s.csv").write_text(text)
    from sitewatch.io.results import Run

    with pytest.raises(RunError, match="cannot be used"):
        read_placements(Run.open(run), "s")


def test_from_the_command_line(write_run: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    run, out = write_run("a", reviewed(60, 1)), tmp_path / "mine.json"
    assert command(["calibrate", str(run), "--out", str(out)]) == 0
    assert "60 reviewed detections" in capsys.readouterr().out
    assert LastStage.open(out).of("fine").calibrated
    assert command(["calibrate", str(run), "--out", str(out), "--overwrite", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["models"]
    assert told["reviewed"] == 60
    assert command(["calibrate", str(run), "--out", str(out)]) == 1
    assert "exists" in capsys.readouterr().err
    quiet = write_run("b", reviewed(2, 1), reviewed=False)
    for name in json.loads((quiet / "run.json").read_text())["fits"]:
        placed(quiet, name, 1)
    assert command(["calibrate", str(quiet), "--pool", str(tmp_path / "p.npz")]) == 0
    assert "grounds added" in capsys.readouterr().out
