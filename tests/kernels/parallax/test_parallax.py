"""Drawn towers that lean: the direction is found, the moved roof is, and what only looks alike is not."""

import math

import cv2
import numpy as np
import pytest

from sitewatch.kernels.parallax import find_moved, fit_direction

SIDE, ROOF = 300, 12


def ground(seed: int) -> np.ndarray:
    """Soft ground in three bands."""
    draw = np.random.default_rng(seed)
    rough = draw.normal(size=(SIDE, SIDE, 3)).astype(np.float32)
    return (100 + 60 * cv2.GaussianBlur(rough, (0, 0), 3)).transpose(2, 0, 1)


def roof(draw: np.random.Generator) -> np.ndarray:
    """Draw a roof with a pattern of its own."""
    cells = draw.uniform(60, 240, size=(3, 4, 4)).astype(np.float32)
    return np.repeat(np.repeat(cells, ROOF // 4, axis=1), ROOF // 4, axis=2)


def town(move: tuple[float, float] | None, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Draw 36 towers; `move` (down, across) is where they lean further, each by its height."""
    draw = np.random.default_rng(seed)
    before, after = ground(seed), ground(seed)
    after = after + draw.normal(scale=2, size=after.shape).astype(np.float32)
    for row in range(35, 260, 42):
        for col in range(35, 260, 42):
            tile, height = roof(draw), draw.uniform(8, 14)
            angle = draw.uniform(0, 2 * math.pi)
            down, across = move or (math.sin(angle), math.cos(angle))
            to = row + round(height * down), col + round(height * across)
            before[:, row : row + ROOF, col : col + ROOF] = tile
            after[:, to[0] : to[0] + ROOF, to[1] : to[1] + ROOF] = tile
    return before, after


def at(row: int, col: int) -> np.ndarray:
    inside = np.zeros((SIDE, SIDE), np.bool_)
    inside[row : row + ROOF, col : col + ROOF] = True
    return inside


@pytest.mark.parametrize("angle", [0, 70, 200, 315])
def test_the_common_direction_is_found(angle: float):
    turn = math.radians(angle)
    found = fit_direction([town((math.sin(turn), math.cos(turn)))], pixel_m=1.0)
    assert found is not None
    assert abs((found.angle - angle + 180) % 360 - 180) <= 5
    assert found.bearing == pytest.approx((found.angle + 90) % 360)
    assert found.share > 0.6


def test_the_other_order_of_time_gives_the_other_direction():
    before, after = town((0.0, 1.0))
    there, back = (fit_direction([pair], pixel_m=1.0) for pair in ((before, after), (after, before)))
    assert there is not None
    assert back is not None
    assert abs(abs(there.angle - back.angle) - 180) <= 9


def test_towers_that_go_anywhere_and_quiet_ground_share_no_direction():
    assert fit_direction([town(None)], pixel_m=1.0) is None
    assert fit_direction([(ground(1), ground(1))], pixel_m=1.0) is None
    nothing = np.full((3, SIDE, SIDE), np.nan, np.float32)
    assert fit_direction([(nothing, nothing)], pixel_m=1.0) is None
    assert fit_direction([], pixel_m=1.0) is None


def test_a_moved_roof_is_found_where_it_went():
    before, after = ground(2), ground(2)
    tile = roof(np.random.default_rng(2))
    before[:, 100:112, 100:112] = tile
    after[:, 100:112, 114:126] = tile
    seen = find_moved(before, after, at(100, 100), 0.0, pixel_m=1.0)
    assert seen.match > 0.8
    assert seen.match > max(seen.elsewhere, seen.still) + 0.1
    assert seen.distance_px == pytest.approx(14, abs=1)
    back = find_moved(after, before, at(100, 114), 180.0, pixel_m=1.0)
    assert back.match > 0.8
    aside = find_moved(before, after, at(100, 100), 120.0, pixel_m=1.0)
    assert not aside.match > seen.match - 0.1
    assert aside.elsewhere == pytest.approx(seen.match, abs=1e-6)


def test_one_of_a_row_of_like_houses_is_not_moved():
    # A new house beside its twin that stood already: the twin is there on both dates.
    before, after = ground(3), ground(3)
    tile = roof(np.random.default_rng(3))
    for image in (before, after):
        image[:, 100:112, 114:126] = tile
    after[:, 100:112, 100:112] = tile
    seen = find_moved(after, before, at(100, 100), 0.0, pixel_m=1.0)
    assert not seen.match > 0.6


def test_a_thing_at_the_edge_of_what_is_known_is_looked_for_all_the_same():
    before, after = ground(4), ground(4)
    tile = roof(np.random.default_rng(4))
    before[:, 100:112, 100:112] = tile
    after[:, 100:112, 114:126] = tile
    before[:, :98], after[:, :98] = np.nan, np.nan
    seen = find_moved(before, after, at(100, 100), 0.0, pixel_m=1.0)
    assert seen.match > 0.8


def test_nothing_is_found_beyond_the_reach():
    before, after = ground(5), ground(5)
    tile = roof(np.random.default_rng(5))
    before[:, 100:112, 100:112] = tile
    after[:, 100:112, 145:157] = tile
    assert not find_moved(before, after, at(100, 100), 0.0, pixel_m=1.0).match > 0.6
    assert find_moved(before, after, at(100, 100), 0.0, pixel_m=0.5).match > 0.8
