"""Scores of small drawn truths, worked out by hand."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from shapely.geometry import mapping

from sitewatch.errors import CoverageError, GeometryError, RunError, VectorError
from sitewatch.evaluate import ROWS, evaluate, pool, score_arrays
from sitewatch.evaluate.objects import min_pixels
from sitewatch.io.rasters import write_geotiff
from sitewatch.io.results import write_run_json

Codes: TypeAlias = NDArray[np.uint8]
Run: TypeAlias = Callable[..., Path]

GRID = GeoBox((60, 80), Affine(1, 0, 600000, 0, -1, 3300000), "EPSG:32614")


def ground() -> Codes:
    return np.zeros(GRID.shape, np.uint8)


def score_of(change: Codes) -> NDArray[np.float32]:
    return np.where(change == 255, np.nan, np.isin(change, [1, 2, 3])).astype(np.float32)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def write(change: Codes, site: str = "overlap", grid: GeoBox = GRID) -> Path:
        folder = tmp_path / "run"
        (folder / "rasters" / site).mkdir(parents=True)
        write_geotiff(folder / "rasters" / site / "change.tif", change, grid)
        write_geotiff(folder / "rasters" / site / "score.tif", score_of(change), grid)
        write_run_json(folder, {"run_id": "r", "sitewatch": "0"})
        return folder

    return write


def test_a_perfect_run_scores_one_and_a_blind_one_nothing() -> None:
    truth = ground()
    truth[5:15, 5:15], truth[30:40, 30:50], truth[50:55, 5:15] = 1, 2, 3
    perfect = score_arrays(truth, truth, score_of(truth), 1.0)
    for row in ("construction", "burning", "demolition", "any", "change"):
        assert perfect.pixels[row].f1 == perfect.objects[row].f1 == perfect.pixels[row].kappa == 1
    assert np.isnan(perfect.pixels["other"].f1)
    assert (perfect.kind_right, perfect.false_alarms_km2(), perfect.ranking.average_precision) == (1, 0, 1)
    blind = score_arrays(truth, ground(), score_of(ground()), 1.0)
    assert blind.pixels["any"].recall == blind.objects["any"].recall == blind.objects["any"].f1 == 0
    assert np.isnan(blind.kind_right)
    assert blind.ranking.auc == 0.5


def test_thirty_per_cent_is_enough_and_less_is_not() -> None:
    truth, change = ground(), ground()
    truth[10:20, 10:20] = 1
    truth[30:40, 10:20] = 1
    change[10:13, 10:20] = 1  # 30 of 100
    change[30:33, 10:20] = 1
    change[32, 19] = 0  # 29 of 100
    counts = score_arrays(truth, change, score_of(change), 1.0).objects["construction"]
    assert (counts.truth, counts.found, counts.detections, counts.right) == (2, 1, 2, 2)


def test_a_detection_that_is_mostly_not_truth_is_a_false_alarm() -> None:
    truth, change = ground(), ground()
    truth[10:13, 10:20] = 3
    change[10:20, 10:20] = 3  # 30 % truth: right
    truth[30:33, 10:20] = 3
    change[30:41, 10:20] = 3  # 27 % truth: not
    scores = score_arrays(truth, change, score_of(change), 1.0)
    counts = scores.objects["demolition"]
    assert (counts.found, counts.right, counts.false_alarms) == (2, 1, 1)
    assert scores.false_alarms_km2() == pytest.approx(1 / (60 * 80 / 1e6))


def test_the_wrong_kind_is_found_only_as_any_kind() -> None:
    truth, change = ground(), ground()
    truth[10:20, 10:20] = 2
    change[10:20, 10:20] = 3
    change[10:12, 10:20] = 2  # a fifth of it typed right: not enough, and not the commonest
    scores = score_arrays(truth, change, score_of(change), 1.0)
    assert scores.objects["burning"].recall == 0
    assert scores.objects["any"].recall == 1
    assert scores.typed["burning"]["demolition"] == 1
    assert scores.kind_right == 0


def test_other_is_no_named_kind_but_a_change_of_the_ground() -> None:
    truth, change = ground(), ground()
    truth[10:20, 10:20] = 1
    change[10:20, 10:20] = 4
    scores = score_arrays(truth, change, score_of(change), 1.0)
    assert (scores.objects["any"].recall, scores.objects["change"].recall) == (0, 1)
    assert (scores.pixels["any"].f1, scores.pixels["change"].f1) == (0, 1)
    assert scores.typed["construction"]["other"] == 1


def test_several_detections_together_cover_an_object_and_one_detection_can_find_several() -> None:
    truth, change = ground(), ground()
    truth[10:20, 10:20] = 1
    change[10:20, 10:12] = change[10:20, 15:17] = 1
    truth[40:45, 10:16] = truth[40:45, 18:24] = 1
    change[40:45, 10:24] = 1
    counts = score_arrays(truth, change, score_of(change), 1.0).objects["construction"]
    assert (counts.truth, counts.found, counts.detections, counts.right) == (3, 3, 3, 3)


def test_small_truth_is_no_object_and_corners_join() -> None:
    truth = ground()
    truth[10:12, 10:17] = 1  # 14 m2
    truth[20:23, 10:15] = 1  # 15 m2
    truth[40:44, 10:14] = truth[44:48, 14:18] = 1  # two squares that meet at a corner
    assert score_arrays(truth, ground(), score_of(ground()), 1.0).objects["construction"].truth == 2


@pytest.mark.parametrize(
    ("side_m", "pixels"), [(0.5, 60), (1.0, 15), (2.0, 4), (5.0, 1), (10.0, 2), (20.0, 2), (30.0, 2)]
)
def test_the_smallest_object_follows_the_resolution(side_m: float, pixels: int) -> None:
    assert min_pixels(side_m**2) == pixels


def test_unlabelled_ground_is_in_no_score() -> None:
    truth, change = ground(), ground()
    truth[:, 40:] = 255
    change[10:20, 50:60] = 1  # wholly unlabelled
    change[30:40, 36:46] = 1  # four tenths labelled: nobody can say
    change[50:55, 35:43] = 1  # five eighths labelled, and wrong there
    scores = score_arrays(truth, change, score_of(change), 1.0)
    assert scores.objects["any"].detections == scores.objects["any"].false_alarms == 1
    assert scores.labelled_m2 == 60 * 40
    assert scores.pixels["any"].total == 60 * 40


def test_what_was_not_seen_was_not_found() -> None:
    truth, change = ground(), ground()
    truth[10:20, 10:20] = 1
    change[:30] = 255
    scores = score_arrays(truth, change, score_of(change), 2.0)
    assert scores.objects["construction"].recall == scores.pixels["any"].recall == 0
    assert scores.objects["any"].detections == 0
    assert scores.unseen_m2 == 30 * 80 * 2.0


@given(
    hnp.arrays(np.uint8, (12, 14), elements=st.sampled_from([0, 0, 0, 1, 2, 3, 4, 255])),
    hnp.arrays(np.uint8, (12, 14), elements=st.sampled_from([0, 0, 0, 1, 2, 3, 4, 255])),
)
def test_whatever_the_rasters_the_counts_agree(truth: Codes, change: Codes) -> None:
    scores = score_arrays(truth, change, score_of(change), 25.0)
    labelled = truth != 255
    for row, codes in ROWS.items():
        pixels, objects = scores.pixels[row], scores.objects[row]
        assert pixels.total == labelled.sum()
        assert pixels.true_positive == (np.isin(truth, codes) & np.isin(change, codes)).sum()
        assert 0 <= objects.found <= objects.truth
        assert 0 <= objects.right <= objects.detections
    assert sum(sum(row.values()) for row in scores.typed.values()) == scores.objects["change"].truth
    assert scores.objects["any"].found <= scores.objects["change"].found


@given(hnp.arrays(np.uint8, (10, 10), elements=st.sampled_from([0, 0, 1, 3, 255])))
def test_turning_both_rasters_turns_nothing_else(truth: Codes) -> None:
    change = np.roll(truth, 1, axis=0)
    straight = score_arrays(truth, change, score_of(change), 1.0).to_dict()
    turned = score_arrays(truth.T.copy(), change.T.copy(), score_of(change.T), 1.0).to_dict()
    np.testing.assert_equal(turned, straight)


def test_pooling_adds_scenes_up() -> None:
    truth, change = ground(), ground()
    truth[10:20, 10:20] = 1
    one = score_arrays(truth, truth, score_of(truth), 1.0)
    other = score_arrays(truth, change, score_of(change), 1.0)
    both = pool([one, other])
    assert (both.pixels["any"].recall, both.objects["any"].recall) == (0.5, 0.5)
    assert both.typed["construction"] == {
        "construction": 1, "burning": 0, "demolition": 0, "other": 0, "missed": 1,
    }  # fmt: skip
    assert both.labelled_m2 == 2 * one.labelled_m2
    np.testing.assert_equal(pool([one]).to_dict(), one.to_dict())


def test_a_run_is_scored_against_a_finer_raster_elsewhere_unlabelled(run: Run, tmp_path: Path) -> None:
    change = ground()
    change[10:20, 10:20] = 1
    fine = GeoBox((80, 80), Affine(0.5, 0, 600000, 0, -0.5, 3300000), "EPSG:32614")
    truth = np.zeros((80, 80), np.uint8)
    truth[20:40, 20:40] = 1
    write_geotiff(tmp_path / "truth.tif", truth, fine)
    scores = evaluate(tmp_path / "truth.tif", run(change))
    assert scores.labelled_m2 == pytest.approx(40 * 40)
    assert scores.pixels["construction"].f1 == scores.objects["construction"].f1 == 1
    assert scores.pixels["construction"].true_positive == 100


def polygons(path: Path, *kinds: str | None) -> Path:
    """Squares of 10 x 10 pixels of GRID, one a kind, down its diagonal."""
    features = []
    for index, kind in enumerate(kinds):
        start = 10 + 15 * index
        square = GRID[start : start + 10, start : start + 10].extent.to_crs("EPSG:4326").geom
        features.append({"type": "Feature", "geometry": mapping(square), "properties": {"kind": kind}})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_a_run_is_scored_against_polygons_outside_which_nothing_changed(run: Run, tmp_path: Path) -> None:
    change = ground()
    change[10:20, 10:20], change[25:35, 25:35], change[0:4, 60:64] = 1, 3, 2
    scores = evaluate(polygons(tmp_path / "truth.geojson", "construction", "demolition"), run(change))
    assert scores.labelled_m2 == pytest.approx(60 * 80)
    assert scores.pixels["construction"].f1 == scores.pixels["demolition"].f1 == 1
    assert scores.objects["burning"].false_alarms == 1


@pytest.mark.parametrize("kind", ["explosion", None])
def test_a_polygon_of_unknown_kind_is_refused(run: Run, tmp_path: Path, kind: str | None) -> None:
    with pytest.raises(VectorError, match="construction, burning, demolition"):
        evaluate(polygons(tmp_path / "truth.geojson", kind), run(ground()))


@pytest.mark.parametrize(
    ("geometry", "error"),
    [
        ({"type": "Point", "coordinates": [-97.9, 29.8]}, VectorError),
        (
            {"type": "Polygon", "coordinates": [[[600000, 3300000], [600010, 3300000], [600010, 3300010]]]},
            GeometryError,
        ),
    ],
)
def test_a_label_that_is_no_place_is_refused(
    run: Run, tmp_path: Path, geometry: dict[str, object], error: type[Exception]
) -> None:
    feature = {"type": "Feature", "geometry": geometry, "properties": {"kind": "burning"}}
    (tmp_path / "truth.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    with pytest.raises(error):
        evaluate(tmp_path / "truth.geojson", run(ground()))


def test_sites_of_a_run_are_pooled_and_those_without_labels_left_out(run: Run, tmp_path: Path) -> None:
    change = ground()
    change[10:20, 10:20] = 1
    folder = run(change, "a")
    run(change, "b")
    far = GeoBox(GRID.shape, Affine(1, 0, 700000, 0, -1, 3300000), "EPSG:32614")
    run(change, "far", far)
    write_geotiff(tmp_path / "truth.tif", change, GRID)
    assert evaluate(tmp_path / "truth.tif", folder).objects["construction"].found == 2
    assert evaluate(tmp_path / "truth.tif", folder, site="a").objects["construction"].found == 1
    with pytest.raises(CoverageError, match=r"truth\.tif labels nothing"):
        evaluate(tmp_path / "truth.tif", folder, site="far")
    with pytest.raises(RunError):
        evaluate(tmp_path / "truth.tif", folder, site="nowhere")


def test_a_run_without_rasters_is_refused(tmp_path: Path) -> None:
    write_run_json(tmp_path, {"run_id": "r", "sitewatch": "0"})
    with pytest.raises(RunError, match="no rasters"):
        evaluate(tmp_path / "truth.tif", tmp_path)


def test_scenes_in_the_other_order_turn_construction_into_demolition(run: Run, tmp_path: Path) -> None:
    truth, change = ground(), ground()
    truth[10:20, 10:20], truth[30:40, 10:20], truth[50:55] = 1, 2, 255
    change[10:20, 10:20], change[30:40, 10:20] = 3, 2
    write_geotiff(tmp_path / "truth.tif", truth, GRID)
    scores = evaluate(tmp_path / "truth.tif", run(change), turned=True)
    assert scores.pixels["demolition"].f1 == scores.pixels["burning"].f1 == scores.kind_right == 1
    assert scores.objects["construction"].truth == 0
    assert scores.labelled_m2 == pytest.approx(55 * 80)


def test_where_nothing_changed_every_detection_is_a_false_alarm(run: Run) -> None:
    change = ground()
    change[10:20, 10:20], change[30:40, 10:20] = 3, 4
    scores = evaluate(None, run(change))
    assert (scores.objects["any"].false_alarms, scores.objects["change"].false_alarms) == (1, 2)
    assert scores.labelled_m2 == pytest.approx(60 * 80)
