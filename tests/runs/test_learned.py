"""Comparisons with a last stage, and with a network, of the user's own."""

from pathlib import Path

import numpy as np
import pytest
from tests.models.own.conftest import Make
from tests.models.own.conftest import make as make

import sitewatch as sw
from sitewatch.cli import run as command
from sitewatch.errors import SceneError
from sitewatch.evidence import digest
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.models.last_stage import LastStage, ModelStage, shipped
from sitewatch.pipeline import detect as recipe
from sitewatch.runs.reviewed import detections
from sitewatch.settings import Chips, Model, Objects, Settings
from sitewatch.simulate.pair import draw_pair
from sitewatch.simulate.recipe import SIX, Recipe

PLAIN = Settings(chips=Chips(most=0))
SMALL = {"tile": 40, "overlap": 12, "normalisation": {"method": "percentiles"}}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    drawn = draw_pair(Recipe(resolution_m=10, bands=SIX, size=(130, 130)), seed=11)
    folder = tmp_path_factory.mktemp("pair")
    for name, scene in (("before", drawn.before), ("after", drawn.after)):
        write_geotiff(folder / f"{name}.tif", scene.pixels, scene.grid, Labels(0, scene.bands))
    return folder / "before.tif", folder / "after.tif"


@pytest.fixture(scope="module")
def plain(pair: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> sw.Run:
    return sw.compare(*pair, out=tmp_path_factory.mktemp("run") / "plain", settings=PLAIN)


@pytest.fixture
def stage(tmp_path: Path, plain: sw.Run) -> Path:
    """Return a last stage that drops about half of what the plain run found."""
    weights = shipped().of("coarse").model_copy(update={"calibrated": True})
    told = np.sort([weights.told(one.kind, one.evidence) for one in detections(plain)])
    # Between two detections: the evidence in the file is rounded, and none may lie on the threshold.
    halfway = float(told[len(told) // 2 - 1 : len(told) // 2 + 1].mean())
    kept = weights.model_copy(update={"min_confidence": halfway})
    file = tmp_path / "stage.json"
    file.write_text(LastStage(version=1, models={"coarse": kept}).to_text())
    return file


def test_a_last_stage_gives_confidences_and_drops_what_is_less_sure(
    pair: tuple[Path, Path], plain: sw.Run, stage: Path, tmp_path: Path
):
    found = sw.compare(*pair, out=tmp_path / "run", settings=replaced(last_stage=stage))
    mine = LastStage.open(stage).of("coarse")
    before = {one.id: mine.told(one.kind, one.evidence) for one in detections(plain)}
    wanted = {name: value for name, value in before.items() if value >= mine.min_confidence - 1e-4}
    assert 0 < len(wanted) < len(before)
    assert dict(zip(found.changes["id"], found.changes["confidence"], strict=True)) == pytest.approx(
        wanted, abs=2e-4
    )
    codes = found.change.to_numpy()
    assert found.changes["area_m2"].sum() == pytest.approx(((codes > 0) & (codes < 255)).sum() * 100)
    assert (found.score.to_numpy() == plain.score.to_numpy()).all()
    assert found.info["fits"]["overlap"]["last_stage"]["dropped"] == len(before) - len(wanted)


def test_the_settings_stand_above_the_threshold_of_the_file(
    pair: tuple[Path, Path], plain: sw.Run, stage: Path, tmp_path: Path
):
    settings = replaced(last_stage=stage).model_copy(update={"objects": Objects(min_confidence=0)})
    found = sw.compare(*pair, out=tmp_path / "run", settings=settings)
    assert set(found.changes["id"]) == set(plain.changes["id"])
    assert (found.change.to_numpy() == plain.change.to_numpy()).all()


def test_a_run_knows_the_file_by_its_digest_and_not_by_its_path(
    pair: tuple[Path, Path], stage: Path, tmp_path: Path
):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / stage.name).write_bytes(stage.read_bytes())
    runs = [
        sw.compare(*pair, out=tmp_path / name, settings=replaced(last_stage=file))
        for name, file in (("one", stage), ("two", elsewhere / stage.name))
    ]
    assert runs[0].info["settings"]["model"]["last_stage"] == {stage.name: digest(stage)}
    assert runs[0].info["run_id"] == runs[1].info["run_id"]
    assert str(tmp_path) not in (runs[1].path / "run.json").read_text().replace(str(pair[0].parent), "")
    other = LastStage(version=1, models={"coarse": ModelStage(calibrated=True, weights={"probability": 0.9})})
    stage.write_text(other.to_text())
    again = sw.compare(*pair, out=tmp_path / "three", settings=replaced(last_stage=stage))
    assert again.info["run_id"] != runs[0].info["run_id"]


def test_a_network_finds_what_it_was_made_to_find(pair: tuple[Path, Path], make: Make, tmp_path: Path):
    network = make(classes=["any"], **SMALL)
    found = sw.compare(*pair, out=tmp_path / "run", settings=replaced(network=network))
    assert set(found.changes["kind"]) == {"other"}
    assert found.changes["confidence"].isna().all()
    assert found.info["fits"]["overlap"]["model"]["name"].startswith("own-")
    assert found.info["settings"]["model"]["network"] == {
        "change.onnx": digest(network),
        "change.json": digest(network.with_suffix(".json")),
    }


def test_neither_blocks_nor_threads_change_what_a_network_says(
    pair: tuple[Path, Path], make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    network = make({"box": 7}, classes=["construction"], pixel_m=8.0, **SMALL)
    whole = sw.compare(*pair, out=tmp_path / "whole", jobs=1, settings=replaced(network=network))
    monkeypatch.setattr(recipe, "BLOCK", 32)
    blocky = sw.compare(*pair, out=tmp_path / "blocky", jobs=2, settings=replaced(network=network))
    assert np.nanmax(whole.score.to_numpy()) > 0.5
    # What a tile says is the same to the bit; the pixels that it is shown are registered block by block.
    np.testing.assert_allclose(blocky.score.to_numpy(), whole.score.to_numpy(), atol=1e-4)
    assert (blocky.change.to_numpy() == whole.change.to_numpy()).all()


def test_a_network_that_needs_other_bands_is_refused(pair: tuple[Path, Path], make: Make, tmp_path: Path):
    network = make(bands=["red", "green", "pan"])
    with pytest.raises(SceneError, match="not pan"):
        sw.compare(*pair, out=tmp_path / "run", settings=replaced(network=network))
    assert not (tmp_path / "run").exists()


def test_files_are_checked_before_any_work(
    pair: tuple[Path, Path], make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    network = make()
    network.with_suffix(".json").unlink()
    words = ["compare", *map(str, pair), "--out", str(tmp_path / "run")]
    assert command([*words, "--model", str(network)]) == 1
    assert "change.json" in capsys.readouterr().err
    (tmp_path / "stage.json").write_text("{}")
    assert command([*words, "--last-stage", str(tmp_path / "stage.json")]) == 1
    assert "not a last stage" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def replaced(**model: Path) -> Settings:
    return PLAIN.model_copy(update={"model": Model(**model)})
