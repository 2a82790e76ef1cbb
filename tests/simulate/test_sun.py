"""Shadows fall away from the sun, as long as height over the tangent of its elevation."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sitewatch.simulate.canvas import Canvas, Frame
from sitewatch.simulate.paint import paint
from sitewatch.simulate.recipe import BEFORE
from sitewatch.simulate.shapes import rectangle
from sitewatch.simulate.sun import lean, shadow_tip, slope_light
from sitewatch.simulate.world import Building, World

FRAME = Frame(step=0.25, factor=2, margin=4, size=(160, 160))


def _shadow(azimuth: float, elevation: float, height: float) -> np.ndarray:
    """Return the shadow's pixels as metres from the middle of a small building, (pixels, 2)."""
    flat = np.zeros(FRAME.shape, np.float32)
    canvas = Canvas(FRAME, flat, flat)
    tower = Building(rectangle((40.0, 40.0), (2.0, 2.0), 0.0), height, "concrete")
    seen = replace(BEFORE, sun_azimuth=azimuth, sun_elevation=elevation)
    paint(World("desert", buildings=(tower,)), canvas, seen)
    rows, cols = np.nonzero(canvas.shadow)
    return (np.stack([cols, rows], axis=1) + 0.5) * FRAME.step - FRAME.margin_m - 40.0


@pytest.mark.parametrize("azimuth", [30.0, 135.0, 180.0, 250.0])
@pytest.mark.parametrize(("elevation", "height"), [(30.0, 8.0), (45.0, 12.0), (60.0, 20.0)])
def test_shadow_in_the_picture(azimuth: float, elevation: float, height: float) -> None:
    shade = _shadow(azimuth, elevation, height)
    away = -np.array([math.sin(math.radians(azimuth)), -math.cos(math.radians(azimuth))])
    along = shade @ away
    length = height / math.tan(math.radians(elevation))
    # The furthest corner of the 2 m roof lies up to 1.42 m beyond its middle.
    corner = np.max(np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) @ away)
    assert along.max() == pytest.approx(length + corner, abs=0.3)
    assert along.min() > -1.5
    assert np.abs(shade @ np.array([-away[1], away[0]])).max() < 1.7


def test_midday_in_the_north_throws_shadows_north() -> None:
    x, y = shadow_tip(10.0, replace(BEFORE, sun_azimuth=180.0, sun_elevation=45.0))
    assert (x, y) == pytest.approx((0.0, -10.0), abs=1e-9)


def test_lean_is_height_times_the_tangent() -> None:
    assert lean(10.0, BEFORE) == pytest.approx((0.0, 0.0))
    x, y = lean(10.0, replace(BEFORE, off_nadir=20.0, view_azimuth=90.0))
    assert (x, y) == pytest.approx((10 * math.tan(math.radians(20)), 0.0), abs=1e-9)


def test_roof_sides_facing_the_sun_are_brighter() -> None:
    seen = replace(BEFORE, sun_azimuth=180.0, sun_elevation=40.0)
    south, north = slope_light((0.0, 1.0), seen), slope_light((0.0, -1.0), seen)
    assert south > 1 > north > 0
