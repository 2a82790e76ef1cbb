"""A baseline in the place of `compare`: its run is scored like any other."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.baselines import BASELINES, Baseline
from benchmarks.baselines.registered import Register
from benchmarks.baselines.stand_in import codes, likeness, stand_in
from sitewatch.evaluate import evaluate
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.simulate import SIX, Recipe, draw_pair


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw a pair of 10 m with all kinds of events."""
    folder = tmp_path_factory.mktemp("drawn")
    pair = draw_pair(Recipe(resolution_m=10.0, bands=SIX, size=(96, 96)), 5001)
    for name, scene in (("before", pair.before), ("after", pair.after)):
        write_geotiff(folder / f"{name}.tif", scene.pixels, scene.grid, Labels(0, scene.bands))
    write_geotiff(folder / "truth.tif", pair.truth, pair.before.grid)
    return folder


COARSE = [baseline for baseline in BASELINES if not baseline.finest_only]


@pytest.mark.parametrize("baseline", COARSE, ids=lambda baseline: baseline.name)
def test_every_baseline_ranks_the_changes_of_a_drawn_pair(baseline: Baseline, drawn: Path, tmp_path: Path):
    compare = stand_in(baseline, Register())
    run = compare(
        drawn / "before.tif", drawn / "after.tif", out=tmp_path / "run", bands=SIX, sensor="drawn", scale=1e-4
    )
    scores = evaluate(drawn / "truth.tif", run)
    assert scores.ranking.auc > 0.7
    assert scores.pixels["any"].true_positive > 0
    score, change = run.score.to_numpy(), run.change.to_numpy()
    assert score[change == 1].min() > 0.5


def test_a_pair_is_registered_once_for_all_methods(drawn: Path):
    register = Register()
    given = drawn / "before.tif", drawn / "after.tif"
    first = register.open(*given, bands=SIX, sensor="drawn", scale=1e-4)
    assert register.open(*given, bands=SIX, sensor="drawn", scale=1e-4) is first
    assert register.open(given[1], given[0], bands=SIX, sensor="drawn", scale=1e-4) is not first


def test_methods_apply_where_their_bands_are():
    names = {b.name for b in BASELINES if b.applies(0.5, ("red", "green", "blue"))}
    assert "local correlation + Otsu" in names
    assert "dNBR > 0.1" not in names
    assert "dNBR > 0.1" in {b.name for b in BASELINES if b.applies(20, SIX)}
    assert "local correlation + Otsu" not in {b.name for b in BASELINES if b.applies(20, SIX)}


def test_likeness_keeps_the_order_and_is_even_at_the_threshold():
    score = np.array([-3, -0.5, 0, 0.05, 0.1, 0.4, 9, np.nan], np.float32)
    found = likeness(score, 0.1)
    assert (np.diff(found[:-1]) > 0).all()
    assert found[4] == pytest.approx(0.5)
    assert found[0] > 0
    assert found[-2] < 1
    assert np.isnan(found[-1])
    np.testing.assert_array_equal(likeness(score[:-1], np.inf), 0)


def test_specks_below_the_smallest_truth_object_are_left_out():
    score = np.zeros((8, 8), np.float32)
    score[1:3, 1:3] = score[5, 5] = 1
    score[7, 7] = np.nan
    found = codes(score, 0.5, least_px=4)
    assert (found == 1).sum() == 4
    assert found[5, 5] == 0
    assert found[7, 7] == 255
