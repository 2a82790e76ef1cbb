"""What figures are drawn from: all dates on one extent, other dates, surroundings as far as they reach."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox
from pyproj import Transformer
from shapely.geometry import box
from skimage.registration import phase_cross_correlation

from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.kernels.align import Alignment
from sitewatch.pipeline.registration import Registration
from sitewatch.records import Band, Change, Pair, Scene
from sitewatch.report.chips import ChipStyle, draw
from sitewatch.report.standing import Standing
from sitewatch.runs.chips import Decided
from sitewatch.runs.looks import Looking

RGB = ("red", "green", "blue")
SIDE = 400


def ground(east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Return what every scene shows at a place, in metres of the projection: smooth hills of many sizes."""
    waves = [(31.0, 0.4), (47.0, 1.9), (23.0, 2.6), (71.0, 0.9), (17.0, 1.2)]
    return 120 + 18 * sum(
        np.sin(2 * np.pi * (east * np.cos(turn) + north * np.sin(turn)) / length + length)
        for length, turn in waves
    )


def written(
    folder: Path, name: str, grid: GeoBox, *, moved: tuple[float, float] = (0, 0), day: int = 1
) -> Scene:
    """Write a scene of the ground; its content lies `moved` metres off (east, north)."""
    cols, rows = np.meshgrid(np.arange(SIDE) + 0.5, np.arange(SIDE) + 0.5)
    east, north = grid.affine * (cols, rows)
    # Places are counted from the grid's own corner, so that large coordinates cost no digits.
    layer = ground(east - moved[0] - 500_000, north - moved[1] - 5_000_000).astype(np.float32)
    path = folder / f"{name}.tif"
    write_geotiff(path, np.stack([layer] * 3), grid, Labels(None, RGB, {}))
    return Scene(
        id=name,
        bands=tuple(Band(band, str(path), i + 1) for i, band in enumerate(RGB)),
        grid=grid,
        gsd_m=abs(grid.affine.a),
        datetime=dt.datetime(2021, 1, day, tzinfo=dt.UTC),
        credit="drawn",
        licence="CC0-1.0",
    )


def at(lat: float, *, off: tuple[float, float] = (0, 0), pixel: float = 3.0) -> GeoBox:
    """Return a grid around a place whose corner lies `off` metres beside whole pixels."""
    crs = "EPSG:32633" if lat >= 0 else "EPSG:32733"
    east, north = Transformer.from_crs(4326, crs, always_xy=True).transform(16.0, lat)
    corner = round(east) - SIDE / 2 * pixel + off[0], round(north) + SIDE / 2 * pixel + off[1]
    return GeoBox((SIDE, SIDE), Affine(pixel, 0, corner[0], 0, -pixel, corner[1]), crs)


def found(kind: str, lat: float) -> Decided:
    """Return a small change at the place."""
    outline = box(16.0 - 2e-4, lat - 1e-4, 16.0 + 2e-4, lat + 1e-4)
    return Decided(Change("c", None, kind, 0.7, {kind: 1.0}, 400.0, outline), Standing())


@pytest.mark.parametrize("lat", [0.5, 45.0, 75.0, -75.0])
@pytest.mark.parametrize("kind", ["demolition", "construction"])
def test_both_panels_show_the_same_ground_to_a_tenth_of_a_pixel(tmp_path: Path, lat: float, kind: str):
    before = written(tmp_path, "before", at(lat))
    # Other pixel corners, and the whole content 7.4 m west and 4.1 m north of where it is: as registered.
    moved = (-7.4, 4.1)
    after = written(tmp_path, "after", at(lat, off=(1.1, -0.7)), moved=moved, day=9)
    shift = Alignment(matrix=(1.0, 0.0, moved[0] / 3, 0.0, 1.0, -moved[1] / 3))
    one = found(kind, lat)
    style = ChipStyle(figure="strip")
    looking = Looking(Pair(before, after), Registration(before.grid, shift), (one,))
    (chip,) = draw(looking.pair, one.change, looking.viewer(one, style), style)
    own = [np.asarray(picture, float).mean(axis=2) for picture in chip.own.values()]
    panels = [placed.panel.pixels.astype(float).mean(axis=2) for placed in chip.sheets[0].panels]
    # In pixels of the scene, and in pixels of the printed panel.
    for first, second in (own, panels):
        apart, _, _ = phase_cross_correlation(first, second, upsample_factor=50)
        assert np.abs(apart).max() <= 0.1


def test_a_further_date_is_brought_onto_the_frame_and_stands_in_the_order_of_time(tmp_path: Path):
    before, after = written(tmp_path, "before", at(45.0)), written(tmp_path, "after", at(45.0), day=9)
    between = written(tmp_path, "between", at(45.0, off=(0.9, 0.4)), moved=(5.2, -3.3), day=5)
    one, style = found("burning", 45.0), ChipStyle(figure="strip")
    looking = Looking(Pair(before, after), Registration(before.grid), (one,), (between,))
    (chip,) = draw(looking.pair, one.change, looking.viewer(one, style), style)
    assert list(chip.own) == ["before", "date2", "after"]
    first, second, _ = (np.asarray(picture, float).mean(axis=2) for picture in chip.own.values())
    apart, _, _ = phase_cross_correlation(first, second, upsample_factor=50)
    assert np.abs(apart).max() <= 0.2


def test_a_date_that_does_not_show_the_place_is_left_out(tmp_path: Path):
    before, after = written(tmp_path, "before", at(45.0)), written(tmp_path, "after", at(45.0), day=9)
    elsewhere = written(tmp_path, "elsewhere", at(46.0), day=5)
    one, style = found("burning", 45.0), ChipStyle(figure="strip")
    looking = Looking(Pair(before, after), Registration(before.grid), (one,), (elsewhere,))
    (chip,) = draw(looking.pair, one.change, looking.viewer(one, style), style)
    assert list(chip.own) == ["before", "after"]


def test_surroundings_are_shown_as_far_as_the_scene_reaches(tmp_path: Path):
    before, after = written(tmp_path, "before", at(45.0)), written(tmp_path, "after", at(45.0), day=9)
    one, style = found("burning", 45.0), ChipStyle(third="context")
    looking = Looking(Pair(before, after), Registration(before.grid), (one,))
    frame = before.grid[100:300, 100:300]
    context = looking.viewer(one, style)(frame, one.change).context
    assert context is not None
    assert context.grid.extent.area == pytest.approx(4 * frame.extent.area)
    assert np.isfinite(context.pixels).all()
