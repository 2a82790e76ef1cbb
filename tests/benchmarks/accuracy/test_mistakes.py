"""Mistakes are found where they are, ranked, and drawn."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from shapely.geometry import box

from benchmarks.accuracy.mistakes import Mistake, false_alarms, misses, to_wgs84, worst
from benchmarks.accuracy.sheets import PANEL, draw_sheet, panels
from sitewatch.io.rasters import burn, describe, write_geotiff
from sitewatch.io.results import Run
from sitewatch.runs.benchmark import Trial
from sitewatch.runs.benchmark.manifest import Entry
from sitewatch.runs.compare import compare
from sitewatch.settings import Chips, Evidence, Settings


@pytest.fixture
def run(entry: Entry, tmp_path: Path) -> Run:
    """Compare the pair by rules alone: they find the bright roof, and the one that turned dark."""
    settings = Settings(chips=Chips(most=0), evidence=Evidence(without=("learned",)))
    return compare(
        entry.before, entry.after, out=tmp_path / "run", bands=entry.bands, settings=settings, jobs=1
    )


def test_the_roof_that_nobody_labelled_is_a_false_alarm_and_the_unseen_one_a_miss(entry: Entry, run: Run):
    trial = Trial(entry)
    grid = describe(run.raster("change")).require_grid()
    (missed,) = list(misses(trial, run))
    found = burn([(missed.change.geometry, 1)], grid)
    expected = np.zeros(grid.shape, np.uint8)
    expected[70:90, 70:90] = 1
    np.testing.assert_array_equal(found, expected)
    assert missed.weight == missed.change.area_m2 == pytest.approx(100)
    assert missed.words == "nothing found"
    alarms = list(false_alarms(trial, run))
    dark = np.zeros(grid.shape, bool)
    dark[95:105, 20:40] = True
    assert any((burn([(alarm.change.geometry, 1)], grid) > 0)[dark].mean() > 0.3 for alarm in alarms)
    truth = expected.copy()
    truth[20:40, 20:44] = 1
    for alarm in alarms:
        inside = burn([(alarm.change.geometry, 1)], grid) > 0
        assert truth[inside].mean() < 0.3
        assert alarm.weight <= alarm.change.area_m2


def test_unlabelled_ground_blames_nobody(entry: Entry, run: Run):
    assert entry.truth is not None
    grid = describe(entry.truth).require_grid()
    write_geotiff(entry.truth, np.full(grid.shape, 255, np.uint8), grid)
    assert list(false_alarms(Trial(entry), run)) == []
    assert list(misses(Trial(entry), run)) == []


def test_the_worst_come_first_and_ties_have_an_order(entry: Entry, run: Run):
    (one,) = list(misses(Trial(entry), run))
    heavy = Mistake(one.trial, one.run, one.change, 500.0, "")
    assert worst([one, heavy, one], 2) == [heavy, one]


def test_pixels_are_placed_on_the_ground(run: Run):
    grid = describe(run.raster("change")).require_grid()
    placed = to_wgs84(box(10, 20, 30, 25), grid)
    drawn = burn([(placed, 1)], grid)
    assert drawn.sum() == 100
    assert drawn[20:25, 10:30].all()


def test_a_sheet_shows_both_dates_of_each_mistake(entry: Entry, run: Run, tmp_path: Path):
    mistakes = worst([*misses(Trial(entry), run)] * 3, 3)
    before, after, side_m = panels(mistakes[0])
    assert before.shape == after.shape == (PANEL, PANEL, 3)
    assert side_m == pytest.approx(60, abs=1)
    # The outline is drawn in the colour of construction on both.
    for panel in (before, after):
        assert (np.abs(panel.astype(int) - (86, 180, 233)).sum(axis=2) < 30).sum() > 100
    path = tmp_path / "sheets" / "made.png"
    draw_sheet(mistakes, "made: misses", "All of them.", path)
    with Image.open(path) as sheet:
        pixels = np.asarray(sheet)
    # Three cells, two across: the fourth place is empty.
    rows, cols, _ = pixels.shape
    assert rows > 2 * PANEL
    assert cols > 4 * PANEL
    assert (pixels[rows // 2 + 60 :, cols // 2 + 20 :] == 255).all()
