"""What is drawn has the area it should have, at any place, size and turn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from sitewatch.simulate.canvas import Canvas, Frame
from sitewatch.simulate.fields import above, fractal
from sitewatch.simulate.materials import CODES
from sitewatch.simulate.shapes import blob, inset, meander, rectangle, sweep
from sitewatch.simulate.truth import covered
from sitewatch.simulate.world import Patch

FRAME = Frame(step=0.5, factor=2, margin=4, size=(100, 100))


def _canvas() -> Canvas:
    return Canvas(FRAME, np.zeros(FRAME.shape, np.float32), np.zeros(FRAME.shape, np.float32))


def test_areas_are_true_on_average_and_never_far_off() -> None:
    rng = np.random.default_rng(4)
    off = []
    for _ in range(300):
        (long, wide), at, angle = rng.uniform(4, 30, 2), rng.uniform(30, 70, 2), rng.uniform(0, np.pi)
        canvas = _canvas()
        canvas.fill(rectangle(at, (long, wide), angle), "concrete")
        drawn = np.count_nonzero(canvas.label == CODES["concrete"]) * FRAME.step**2
        off.append((drawn - long * wide) / (2 * (long + wide) * FRAME.step))
    assert abs(np.mean(off)) < 0.05  # canvas pixels along the rim
    assert np.max(np.abs(off)) < 0.5


@settings(deadline=None, max_examples=40)
@given(x=st.floats(8, 12), y=st.floats(8, 12), size=st.floats(2, 14), angle=st.floats(0, np.pi))
def test_covered_pixels_are_those_half_inside(x: float, y: float, size: float, angle: float) -> None:
    shape = Polygon(rectangle((x, y), (size, 0.7 * size), angle))
    exact = np.array(
        [[shape.intersection(box(c, r, c + 1, r + 1)).area for c in range(20)] for r in range(20)]
    )
    found = covered([shape], (20, 20))
    assert found[exact > 0.65].all()
    assert not found[exact < 0.35].any()


def test_what_lies_outside_is_left_out() -> None:
    canvas = _canvas()
    far = rectangle((500.0, 500.0), (10.0, 10.0), 0.0)
    canvas.lay(Patch(far, "concrete", 1.0, (0.0, 3.0, 0.1), 2.0))
    canvas.fill(far, "concrete")
    assert not canvas.label.any()


def test_inset_moves_every_side_by_as_much() -> None:
    square = rectangle((0.0, 0.0), (10.0, 6.0), 0.3)
    assert Polygon(inset(square, 1.0)).area == pytest.approx(8.0 * 4.0)
    assert Polygon(inset(square[::-1], 1.0)).area == pytest.approx(8.0 * 4.0)


def test_sweep_of_a_square() -> None:
    assert Polygon(sweep(rectangle((0.0, 0.0), (2.0, 2.0), 0.0), 3.0, 0.0)).area == pytest.approx(10.0)


def test_meander_ends_where_it_should() -> None:
    line = meander((0.0, 0.0), (100.0, 50.0), 5.0, np.random.default_rng(1))
    assert line[0] == pytest.approx([0.0, 0.0])
    assert line[-1] == pytest.approx([100.0, 50.0])


def test_blob_is_about_as_large_as_asked() -> None:
    rng = np.random.default_rng(1)
    areas = [Polygon(blob((0.0, 0.0), 10.0, rng)).area for _ in range(50)]
    assert np.mean(areas) == pytest.approx(np.pi * 100, rel=0.1)


def test_fractal_fields_are_standard_and_rough_at_every_scale() -> None:
    field = fractal((256, 256), np.random.default_rng(3), roughness=0.6)
    assert field.mean() == pytest.approx(0.0, abs=1e-3)
    assert field.std() == pytest.approx(1.0, abs=1e-3)
    # Roughness grows with distance: no scale is flat.
    steps = [float(np.std(field[:, lag:] - field[:, :-lag])) for lag in (1, 4, 16, 64)]
    assert steps == sorted(steps)
    assert steps[0] > 0.02


def test_above_covers_the_share_it_is_asked_for() -> None:
    field = fractal((256, 256), np.random.default_rng(3))
    assert above(field, 0.3, 0.1).mean() == pytest.approx(0.3, abs=0.05)
    assert not above(field, 0.0, 0.1).any()
