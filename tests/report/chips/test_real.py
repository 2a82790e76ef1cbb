"""Chips of real imagery: outlines on the labelled pixels, scenes of each kind drawn, within the budget."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from odc.geo.geobox import GeoBox
from odc.geo.geom import Geometry
from shapely import union_all
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry
from skimage.measure import label, regionprops
from skimage.morphology import dilation
from skimage.segmentation import find_boundaries

from sitewatch.grid import gsd_m
from sitewatch.io.rasters import describe, load
from sitewatch.records import Band, Change, Kind, Pair, Scene
from sitewatch.report.chips import Chip, ChipStyle, ChipView, chip_grid, draw_chip
from sitewatch.report.chips.sheet import Measures
from sitewatch.report.words import KIND_COLOURS

DATA = Path(os.environ.get("SITEWATCH_DATA", Path(__file__).parents[4] / "shared" / "data"))
pytestmark = [pytest.mark.real, pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not there")]

RGB = ("red", "green", "blue")
FIVE = ("blue", "green", "red", "nir", "swir22")
SIX = ("blue", "green", "red", "nir", "swir16", "swir22")


def _scene(path: Path, bands: tuple[str, ...], sensor: str) -> Scene:
    info = describe(path)
    grid = info.require_grid()
    rows = tuple(Band(name, str(path), k, nodata=info.nodata) for k, name in enumerate(bands, 1))
    return Scene(path.stem, rows, grid, gsd_m(grid), sensor=sensor)


def _pair(folder: str, bands: tuple[str, ...], sensor: str) -> Pair:
    before, after = (_scene(DATA / folder / f"{date}.tif", bands, sensor) for date in ("before", "after"))
    return Pair(before, after)


def _view(pair: Pair) -> Callable[[GeoBox], ChipView]:
    names = pair.before.band_names

    def view(frame: GeoBox) -> ChipView:
        before, after = (load(scene, frame, names).to_numpy() for scene in (pair.before, pair.after))
        return ChipView(before, after, names, frame)

    return view


def _labelled(folder: str, grid: GeoBox, code: int) -> list[tuple[BaseGeometry, np.ndarray]]:
    """Return the outlines (WGS84) of the labelled objects, largest first, and where they lie."""
    truth = load(_scene(DATA / folder / "truth.tif", ("b1",), "labels"), grid).to_numpy()[0] == code
    regions = sorted(regionprops(label(truth)), key=lambda region: -region.area)
    found = []
    for region in regions[:4]:
        pixels = union_all([box(c, r, c + 1, r + 1) for r, c in region.coords])
        shape = Geometry(pixels, grid.crs).transform(lambda x, y: grid.affine * (x, y))
        mask = np.zeros(grid.shape, np.bool_)
        mask[tuple(region.coords.T)] = True
        found.append((shape.to_crs("EPSG:4326", resolution=np.inf).geom, mask))
    return found


def _change(kind: Kind, shape: BaseGeometry) -> Change:
    return Change("x", None, kind, 0.9, {kind: 0.9}, 100.0, shape, reasons=("Labelled by hand.",))


def _panels(chip: Chip) -> list[np.ndarray]:
    """Cut the panels out: their rows are found as the lowest full block of ink at their edges."""
    size, sheet = Measures(chip.dpi), np.asarray(chip.annotated)
    edges = [size.margin + 1, size.margin + 2 * size.panel + size.gutter - 2]
    inked = (sheet[:, edges] != 255).any(axis=2).any(axis=1)
    top = max(range(len(inked) - size.panel), key=lambda start: inked[start : start + size.panel].sum())
    starts = (size.margin, size.margin + size.panel + size.gutter)
    return [sheet[top : top + size.panel, x : x + size.panel] for x in starts]


@pytest.mark.parametrize(
    ("folder", "bands", "code", "kind"),
    [("levir/test_1", RGB, 1, "construction"), ("landsat/taizhou", SIX, 1, "construction")],
)
def test_outlines_follow_the_labelled_pixels(folder: str, bands: tuple[str, ...], code: int, kind: Kind):
    pair = _pair(folder, bands, "unknown")
    grid = pair.before.grid
    for shape, mask in _labelled(folder, grid, code)[1:]:
        frame = chip_grid(_change(kind, shape), pair)
        chip = draw_chip(_view(pair)(frame), _change(kind, shape), pair, ChipStyle(resampling="nearest"))
        side, pixels = Measures(200).panel, frame.shape[0]
        step = ~grid.affine * frame.affine
        row, col = round(step.f), round(step.c)
        inside = np.zeros(frame.shape, np.bool_)
        part = mask[max(row, 0) : row + pixels, max(col, 0) : col + pixels]
        inside[max(-row, 0) : max(-row, 0) + part.shape[0], max(-col, 0) : max(-col, 0) + part.shape[1]] = (
            part
        )
        at = (np.arange(side) * pixels / side).astype(int)
        edge = find_boundaries(inside[np.ix_(at, at)], mode="thick")
        for panel in _panels(chip):
            ink = np.abs(panel.astype(int) - KIND_COLOURS[kind]).max(axis=2) <= 6
            shifts = {
                (dy, dx): (ink & np.roll(edge, (dy, dx), (0, 1))).sum()
                for dy in (-3, 0, 3)
                for dx in (-3, 0, 3)
            }
            assert max(shifts, key=lambda shift: shifts[shift]) == (0, 0)
            assert (ink & dilation(edge)).sum() > 0.97 * ink.sum()


@pytest.mark.parametrize(
    ("folder", "bands", "words"),
    [
        ("joplin/joplin", RGB, "demolition"),
        ("calfire/DOVE_20241019", FIVE, "burning"),
        ("landsat/taizhou", SIX, "construction"),
    ],
)
def test_scenes_of_every_kind_are_drawn_with_contrast(folder: str, bands: tuple[str, ...], words: Kind):
    pair = _pair(folder, bands, "unknown")
    rows, cols = pair.before.grid.shape
    middle = pair.before.grid[rows // 2 : rows // 2 + 12, cols // 2 : cols // 2 + 12].extent
    made = _change(words, middle.to_crs("EPSG:4326").geom)
    chip = draw_chip(_view(pair)(chip_grid(made, pair)), made, pair)
    assert all(np.asarray(picture).std() > 15 for picture in (chip.before, chip.after))
