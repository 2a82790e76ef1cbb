"""The whole chip: outline, bar and arrow on the right pixels; the same inputs, the same picture."""

import dataclasses
import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox
from pyproj import Geod

from sitewatch.records import Pair
from sitewatch.report.chips import ChipStyle, ChipView, Neighbour, chip_grid, draw_chip, pixels_digest
from sitewatch.report.chips.ground import centre, lonlat
from sitewatch.report.chips.sheet import Measures
from sitewatch.report.words import KIND_COLOURS

Make = Callable[..., Any]


def _near(picture: np.ndarray, colour: tuple[int, int, int], most: int = 12) -> np.ndarray:
    return np.abs(picture.astype(int) - colour).max(axis=2) <= most


def _panels(annotated: np.ndarray, dpi: int) -> tuple[slice, slice, slice]:
    """Rows of the panels, columns of the first and of the second: found as what is not white at the edges."""
    size = Measures(dpi)
    left, right = size.margin, size.margin + size.panel + size.gutter
    inked = (
        (annotated[:, [left, left + size.panel - 1, right, right + size.panel - 1]] < 250)
        .any(axis=2)
        .all(axis=1)
    )
    top = int(np.nonzero(inked)[0][0])
    return slice(top, top + size.panel), slice(left, left + size.panel), slice(right, right + size.panel)


@pytest.fixture
def grey_view() -> Make:
    """Make a view of nothing but a fine grey pattern, so that every line can be found in it."""

    def make(on: GeoBox) -> ChipView:
        pixels = np.full((3, *on.shape), 90, np.float32)
        pixels[:, ::2, ::2] = 110
        # A dark and a bright field, so that the stretch leaves the pattern grey; away from the outline.
        rows, cols = on.shape
        field = slice(int(0.78 * rows), int(0.97 * rows))
        pixels[:, field, int(0.05 * cols) : int(0.25 * cols)] = 50
        pixels[:, field, int(0.75 * cols) : int(0.95 * cols)] = 150
        return ChipView(pixels, pixels.copy(), ("red", "green", "blue"), on)

    return make


@pytest.mark.parametrize("dpi", [200, 300])
def test_the_outline_of_a_known_square_is_on_its_pixels_in_both_panels(
    pair: Pair, change: Make, grid: GeoBox, grey_view: Make, dpi: int
):
    frame = grid[120:240, 130:250]
    plain = Pair(pair.before, pair.after)
    chip = draw_chip(grey_view(frame), change("construction"), plain, ChipStyle(dpi=dpi))
    rows, first, second = _panels(np.asarray(chip.annotated), dpi)
    scale = Measures(dpi).panel / 120
    for cols in (first, second):
        panel = np.asarray(chip.annotated)[rows, cols]
        found = np.nonzero(_near(panel, KIND_COLOURS["construction"]))
        # Rows 190 to 210 and columns 180 to 200 of the scene, 70 to 90 and 50 to 70 of the frame.
        for where, low, high in ((found[0], 70, 90), (found[1], 50, 70)):
            half = (dpi * 0.28 / 25.4 + 1) / 2
            assert where.min() == pytest.approx(low * scale - half, abs=1.2)
            assert where.max() + 1 == pytest.approx(high * scale + half, abs=1.2)


def test_the_bar_has_the_length_that_pyproj_gives_it(pair: Pair, change: Make, grid: GeoBox, grey_view: Make):
    frame = grid[120:240, 130:250]
    annotated = np.asarray(draw_chip(grey_view(frame), change(), pair).annotated)
    rows, first, _ = _panels(annotated, 200)
    half = slice(first.start, first.start + Measures(200).panel // 2)
    strip = annotated[rows.stop + 1 : rows.stop + Measures(200).mm(3), half]
    black = (strip < 60).all(axis=2).any(axis=0)
    pixels = int(np.nonzero(black)[0].max()) + 1
    ends = [lonlat(frame, 60 + side * pixels / Measures(200).panel * 60, 60) for side in (-1, 1)]
    assert Geod(ellps="WGS84").inv(*ends[0], *ends[1])[2] == pytest.approx(
        10.0, abs=0.5 * 60 / Measures(200).panel * 2
    )


@pytest.mark.parametrize("turn", [0, 25, -120])
def test_the_arrow_points_to_true_north(pair: Pair, change: Make, square: Make, grey_view: Make, turn: float):
    on = GeoBox(
        (80, 80),
        Affine.translation(500_000, 4_000_000) * Affine.rotation(turn) * Affine.scale(10, -10),
        "EPSG:32644",
    )
    made = change(geometry=square(on, 30, 30, 20))
    annotated = np.asarray(draw_chip(grey_view(on), made, pair).annotated)
    rows, first, _ = _panels(annotated, 200)
    size = Measures(200)
    at = (rows.stop + size.mm(1.2) + size.mm(4.2), first.stop - size.mm(6))
    reach = size.mm(4)
    patch = annotated[at[0] - reach : at[0] + reach, at[1] - reach : at[1] + reach].min(axis=2) < 200
    y, x = np.nonzero(patch)
    ahead = np.array([math.sin(math.radians(turn)), -math.cos(math.radians(turn))])
    along = (x - reach) * ahead[0] + (y - reach) * ahead[1]
    aside = -(x - reach) * ahead[1] + (y - reach) * ahead[0]
    arrow = along < size.mm(1.7)
    # Seen along true north the arrow is as long as it was made, narrow, and the same on both sides.
    assert along[arrow].min() == pytest.approx(-size.mm(3.6), abs=1.5)
    assert np.abs(aside[arrow]).max() < size.mm(1.5) + 1.5
    assert aside[arrow].max() + aside[arrow].min() == pytest.approx(0, abs=2)
    tip = arrow & (along > size.mm(0.8))
    assert np.abs(aside[tip]).max() < size.mm(0.7)


def test_the_same_inputs_give_the_same_picture_and_the_hash_is_that_of_the_pair(
    pair: Pair, change: Make, drawn_view: Make
):
    view = drawn_view(chip_grid(change(), pair))
    first, second = (draw_chip(view, change(), pair) for _ in range(2))
    assert first.annotated.tobytes() == second.annotated.tobytes()
    assert first.sha256 == pixels_digest(np.asarray(first.before), np.asarray(first.after))
    assert first.facts["sitewatch:sha256"] == first.sha256
    assert first.before.size == first.after.size == (120, 120)


def test_the_inputs_are_left_as_they_were(pair: Pair, change: Make, drawn_view: Make):
    view = drawn_view(chip_grid(change(), pair))
    view.before[:, :20] = np.nan
    copies = view.before.copy(), view.after.copy()
    draw_chip(view, change(), pair)
    np.testing.assert_array_equal(view.before, copies[0])
    np.testing.assert_array_equal(view.after, copies[1])


def test_the_legend_names_what_can_be_seen_and_nothing_else(
    pair: Pair, change: Make, square: Make, grid: GeoBox, grey_view: Make
):
    frame = grid[120:240, 130:250]
    view = grey_view(frame)
    near = Neighbour("burning", square(grid, 130, 140, 10))
    far = Neighbour("other", square(grid, 300, 300, 10))
    plain = draw_chip(view, change(), Pair(pair.before, pair.after))
    full = draw_chip(dataclasses.replace(view, neighbours=(near, far)), change(), pair)
    assert not _near(np.asarray(plain.annotated), KIND_COLOURS["burning"]).any()
    assert _near(np.asarray(full.annotated), KIND_COLOURS["burning"]).any()
    assert not _near(np.asarray(full.annotated), KIND_COLOURS["other"]).any()


def test_thousands_of_changes_elsewhere_cost_next_to_nothing(
    pair: Pair, change: Make, square: Make, grid: GeoBox, grey_view: Make
):
    view = grey_view(grid[120:240, 130:250])
    far = Neighbour("other", square(grid, 300, 300, 10))
    crowded = dataclasses.replace(view, neighbours=(far,) * 2000)
    costs = []
    for each in (view, crowded):
        start = time.process_time()
        draw_chip(each, change(), pair)
        costs.append(time.process_time() - start)
    assert costs[1] - costs[0] < 0.1


def test_unseen_pixels_are_hatched_in_the_figure_and_in_the_pair(pair: Pair, change: Make, drawn_view: Make):
    view = drawn_view(chip_grid(change(), pair))
    view.after[:, :30] = np.nan
    chip = draw_chip(view, change(), pair)
    assert np.asarray(chip.after)[:30].min() > 100
    assert np.asarray(chip.before)[:30].min() < 50
    annotated = np.asarray(chip.annotated)
    rows, _, second = _panels(annotated, 200)
    corner = annotated[rows.start + 2 : rows.start + 100, second.start + 2 : second.start + 100]
    assert corner.min() > 100
    assert len(np.unique(corner)) == 2


def test_nothing_seen_at_all_is_still_a_chip(pair: Pair, change: Make, drawn_view: Make):
    view = drawn_view(chip_grid(change(), pair))
    view.before[:] = view.after[:] = np.nan
    assert draw_chip(view, change(), pair).annotated.width == Measures(200).width


@pytest.mark.parametrize("dpi", [100, 200, 300])
def test_the_sheet_is_180_mm_wide_and_its_least_type_is_over_six_points(dpi: int):
    size = Measures(dpi)
    assert size.width / dpi * 25.4 == pytest.approx(180, abs=0.3)
    assert size.type(6.5).pixels * 72 / dpi >= 6


def test_the_metadata_carries_identity_credit_and_hash(pair: Pair, change: Make, drawn_view: Make):
    facts = draw_chip(drawn_view(chip_grid(change(), pair)), change(), pair).facts
    assert facts["sitewatch:change"] == "hotan-1-d-0badcafe"
    assert facts["Copyright"] == (
        "© 2017 Maker of images; credit not stated; printed with permission; licence not stated"
    )
    assert facts["Source"] == "1030010070A5C300; second"
    lon, lat = centre(chip_grid(change(), pair))
    assert facts["sitewatch:centre"] == f"{lat:.5f}° N, {lon:.5f}° E"


def test_two_sensors_that_share_no_scale_are_drawn_apart(
    pair: Pair, change: Make, scene: Make, drawn_view: Make
):
    view = drawn_view(chip_grid(change(), pair))
    faint = dataclasses.replace(view, after=view.after / 10_000)
    mixed = Pair(scene("a", sensor="maxar"), scene("b", sensor="sentinel-2-msi", units="reflectance"))
    assert np.asarray(draw_chip(faint, change(), mixed).after).std() > 30
    assert np.asarray(draw_chip(faint, change(), Pair(scene("a"), scene("b"))).after).std() < 5
