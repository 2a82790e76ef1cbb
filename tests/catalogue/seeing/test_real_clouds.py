"""Masks on real imagery: clouds drawn by hand, and places full of bright roofs without a cloud."""

import os
from pathlib import Path

import numpy as np
import pytest

from sitewatch.catalogue.products import read_scene
from sitewatch.catalogue.usable import BLANK, CLOUD, SHADOW, seen
from sitewatch.io.rasters import load_codes
from sitewatch.records import MaskLayer

DATA = Path(os.environ.get("SITEWATCH_DATA") or Path(__file__).parents[4] / "shared" / "data")
pytestmark = [pytest.mark.real, pytest.mark.skipif(not DATA.exists(), reason=f"no imagery at {DATA}")]


@pytest.mark.parametrize(
    ("name", "precision", "recall", "lost"), [("landsat7", 0.93, 0.75, 0.04), ("sentinel2", 0.82, 0.85, 0.05)]
)
def test_clouds_drawn_by_hand(name: str, precision: float, recall: float, lost: float):
    scene = read_scene(DATA / "clouds" / f"{name}.tif")
    truth = load_codes(MaskLayer("scl", str(DATA / "clouds" / f"{name}_mask.tif")), scene.grid)
    reasons = seen(scene, scene.grid, grow_m=0).reasons
    found, cloud, clear = reasons == CLOUD, truth == 2, truth == 1
    assert (found & cloud).sum() / (found & (truth > 0)).sum() > precision
    assert (found & cloud).sum() / cloud.sum() > recall
    assert ((reasons > 0) & clear).sum() / clear.sum() < lost
    shadow = reasons == SHADOW
    assert (shadow & (truth == 3)).sum() / (shadow & (truth > 0)).sum() > 0.85


@pytest.mark.parametrize("place", ["levir", "levir256", "joplin", "landsat", "calfire", "dsifn"])
def test_nothing_is_lost_where_there_is_no_cloud(place: str):
    lost = 0.0
    for path in sorted((DATA / place).glob("*/*e*.tif")):
        if path.stem in {"before", "after"}:
            scene = read_scene(path)
            reasons = seen(scene, scene.grid).reasons
            lost = max(lost, float(np.isin(reasons, (CLOUD, SHADOW)).mean()))
    assert lost == 0


def test_roofs_of_a_dense_city_stay_and_collars_go():
    scenes = [read_scene(p) for p in sorted((DATA / "mexico").glob("*/[ba]*.tif")) if p.stem != "buildings"]
    assert len(scenes) == 50
    reasons = [seen(scene, scene.grid).reasons for scene in scenes]
    assert not any(np.isin(codes, (CLOUD, SHADOW)).any() for codes in reasons)
    assert np.mean([(codes == BLANK).mean() for codes in reasons]) == pytest.approx(0.061, abs=0.01)


def test_the_cloud_over_ida_is_found():
    scene = read_scene(DATA / "ida" / "AOI1-tile_1-3" / "after.tif")
    assert 0.05 < (seen(scene, scene.grid, grow_m=0).reasons == CLOUD).mean() < 0.1
