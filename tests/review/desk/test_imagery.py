"""Tiles show the scenes' own pixels, and the same ground on both dates."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from PIL import Image
from shapely.geometry import box, shape
from tests.review.desk.conftest import SHIFT, Made, Page, ground

from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.kernels.align import Alignment
from sitewatch.pipeline.registration import Registration
from sitewatch.records import Band, Pair, Scene
from sitewatch.report.chips.rendering import apply_stretch
from sitewatch.review.imagery import Imagery, Sight
from sitewatch.review.looks import first_look, looks
from sitewatch.review.places import Place

Sit = Callable[..., Page]


def seen(content: bytes) -> NDArray[np.uint8]:
    """Decode a tile: (rows, columns, 4)."""
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGBA"))


def expected(page: Page, row: int, col: int, band: int = 2) -> int:
    """Return what the before scene's number at a pixel becomes; red by default."""
    right, down = SHIFT
    stretch = page.desk.imagery.stretch(page.desk.sight(0, "before", "natural"))
    value = ground()[[2, 1, 0], row + down, col + right].astype(np.float32)
    return int(apply_stretch(value[:, None, None], stretch.before)[0, 0, 2 - band])


@pytest.mark.parametrize(("row", "col"), [(0, 0), (7, 200), (255, 255), (300, 70), (511, 500)])
def test_a_pixel_of_the_finest_tiles_is_the_pixel_of_the_file(
    make_run: Made, sit_down: Sit, row: int, col: int
):
    page = sit_down(make_run())
    tile = seen(page.client.get(f"/tiles/0/before/natural/0/{col // 256}/{row // 256}.png").content)
    for channel, band in enumerate((2, 1, 0)):
        assert tile[row % 256, col % 256, channel] == expected(page, row, col, band)
    assert tile[row % 256, col % 256, 3] == 255


def test_both_dates_show_the_same_ground_at_the_same_pixel(make_run: Made, sit_down: Sit):
    page = sit_down(make_run())
    before, after = (
        seen(page.client.get(f"/tiles/0/{date}/natural/0/1/1.png").content) for date in ("before", "after")
    )
    common = (before[..., 3] == 255) & (after[..., 3] == 255)
    # The after scene ends where the shift takes it: what lies beyond is transparent, not black.
    right, down = SHIFT
    assert not after[256 - down :, :, 3].any()
    assert not after[:, 256 - right :, 3].any()
    assert common[: 256 - down, : 256 - right].all()
    np.testing.assert_array_equal(before[common], after[common])


def test_coarser_tiles_are_means(make_run: Made, sit_down: Sit):
    page = sit_down(make_run())
    fine = seen(page.client.get("/tiles/0/before/natural/0/0/0.png").content)[..., :3].astype(float)
    coarse = seen(page.client.get("/tiles/0/before/natural/1/0/0.png").content)[:128, :128, :3].astype(float)
    means = fine.reshape(128, 2, 128, 2, 3).mean(axis=(1, 3))
    # The stretch cuts what lies beyond its ends, before the mean and after it alike only in between.
    inside = ((fine > 0) & (fine < 255)).reshape(128, 2, 128, 2, 3).all(axis=(1, 3))
    assert inside.sum() > 10_000
    assert np.abs(coarse - means)[inside].max() <= 1.5


def test_outside_the_scene_and_where_it_has_nothing_tiles_are_transparent(make_run: Made, sit_down: Sit):
    page = sit_down(make_run())
    assert not seen(page.client.get("/tiles/0/before/natural/0/9/9.png").content)[..., 3].any()
    coarse = seen(page.client.get("/tiles/0/before/natural/2/0/0.png").content)[..., 3]
    assert coarse[:128, :128].all()
    assert not coarse[128:].any()


def test_looks_that_a_scene_has_are_offered_and_others_refused(make_run: Made, sit_down: Sit):
    page = sit_down(make_run())
    card = page.get("/api/items/0")
    assert [look["name"] for look in card["looks"]] == ["natural", "infrared"]
    assert "same linear stretch" in card["stretch"]
    assert page.client.get("/tiles/0/before/shortwave/0/0/0.png").status_code == 400
    assert page.client.get("/tiles/0/before/natural/40/0/0.png").status_code == 404


def test_burning_is_first_looked_at_in_the_shortwave_infrared():
    choices = looks(("blue", "green", "red", "nir", "swir16", "swir22"))
    assert first_look(choices, "burning").bands == ("swir22", "nir", "red")
    assert first_look(choices, "construction").name == "natural"
    assert looks(("pan",))[0].bands == ("pan",)


def test_scenes_that_are_gone_are_said_and_the_page_still_opens(
    make_run: Made, sit_down: Sit, scenes: tuple[Scene, Scene]
):
    gone = tuple(replace(band, href=f"{band.href}.gone") for band in scenes[1].bands)
    page = sit_down(make_run(pair=(scenes[0], replace(scenes[1], bands=gone))))
    assert "after.tif.gone does not exist" in page.get("/api/items/0")["trouble"]
    assert page.client.get("/tiles/0/after/natural/0/0/0.png").status_code == 400


def single(folder: Path, name: str, grid: GeoBox, pixels: NDArray[np.uint8]) -> Scene:
    write_geotiff(folder / f"{name}.tif", pixels, grid, Labels(None))
    return Scene(name, (Band("pan", str(folder / f"{name}.tif")),), grid, 1.0)


def drawn(place: Place, scene: Scene, x: int = 0, y: int = 0) -> NDArray[np.uint8]:
    imagery = Imagery()
    try:
        return seen(imagery.tile(Sight(place, (0, 0, 8, 8), scene, looks(("pan",))[0]), x, y, 1))
    finally:
        imagery.close()


def test_the_finer_of_two_scenes_keeps_its_pixels(tmp_path: Path):
    coarse = GeoBox((32, 32), Affine(10.0, 0, 500_000.0, 0, -10.0, 4_000_000.0), "EPSG:32631")
    fine = coarse.zoom_out(1 / 4)
    numbers = np.random.default_rng(0)
    low, high = (numbers.integers(0, 255, (1, *grid.shape)).astype(np.uint8) for grid in (coarse, fine))
    before, after = single(tmp_path, "before", coarse, low), single(tmp_path, "after", fine, high)
    place = Place(Pair(before, after), Registration(coarse))
    assert place.frame.shape == (128, 128)
    shown = drawn(place, after)[:128, :128, 0].astype(float)
    assert np.corrcoef(shown.ravel(), high.ravel().astype(float))[0, 1] > 0.99
    # Each pixel of the coarser scene is a square of four, and not a slope.
    squares = drawn(place, before)[:128, :128, 0].reshape(32, 4, 32, 4)
    assert (squares == squares[:, :1, :, :1]).all()


def test_degrees_are_shown_square_on_the_ground_and_outlines_fit(tmp_path: Path):
    grid = GeoBox((200, 200), Affine(1e-4, 0, 10.0, 0, -1e-4, 60.0), "EPSG:4326")
    pixels = np.zeros((1, 200, 200), np.uint8)
    pixels[0, 80:120, 60:100] = 200
    before, after = single(tmp_path, "before", grid, pixels), single(tmp_path, "after", grid, pixels)
    place = Place(Pair(before, after), Registration(grid))
    assert place.frame.crs == "EPSG:32632"
    outline = place.outline(box(10.006, 59.988, 10.010, 59.992), "burning")
    left, top, right, bottom = (round(edge) for edge in outline.bounds)
    # At 60 degrees a degree of longitude is half as long as one of latitude.
    assert (bottom - top) / (right - left) == pytest.approx(2, rel=0.05)
    shown = drawn(place, after)[..., 0]
    assert shown[(top + bottom) // 2, (left + right) // 2] > 200
    assert shown[(top + bottom) // 2, left - 6] < 30
    assert shown[top - 6, (left + right) // 2] < 30
    again = place.outline(shape(place.degrees(outline, "burning")), "burning")
    assert again.symmetric_difference(outline).area < 0.01 * outline.area


def test_sites_of_one_pair_are_each_drawn_as_they_were_registered(scenes: tuple[Scene, Scene]):
    imagery = Imagery()
    moved = [Alignment(matrix=(1.0, 0.0, float(columns), 0.0, 1.0, 0.0)) for columns in (0, 7)]
    places = [Place(Pair(*scenes), Registration(scenes[0].grid, one)) for one in moved]
    look = looks(scenes[0].band_names)[0]
    first, second = (
        seen(imagery.tile(Sight(place, (0, 0, 400, 400), scenes[1], look), 0, 0, 1)) for place in places
    )
    imagery.close()
    # Each has a stretch of its own, which differs by the few columns that are seen in one of them only.
    assert np.abs(first[:, 7:, :3].astype(int) - second[:, :-7, :3]).max() <= 10
    assert np.abs(first[..., :3].astype(int) - second[..., :3]).max() > 50
