"""The pixel test holds its level where its assumption holds, whatever a minority of the pixels does."""

import numpy as np
import pytest

from benchmarks.pixels import Ranked, drawn, p_values, table


@pytest.mark.parametrize(("degrees", "scale"), [(2, 1.0), (6, 0.3), (12, 7.0)])
def test_scaled_chi_squares_are_rejected_as_often_as_is_said(degrees: int, scale: float):
    draw = np.random.default_rng(0)
    length = np.sqrt(draw.chisquare(degrees, 200_000) * scale)
    for level in (0.01, 0.05):
        assert np.mean(p_values(length) <= level) == pytest.approx(level, rel=0.15)


def test_a_tenth_of_changed_pixels_makes_it_careful_and_is_found():
    draw = np.random.default_rng(1)
    length = np.sqrt(draw.chisquare(6, 100_000))
    length[:10_000] += 8
    length[-5:] = np.nan
    told = p_values(length)
    assert np.isnan(told[-5:]).all()
    assert 0.004 < np.mean(told[10_000:-5] <= 0.01) < 0.012
    assert np.mean(told[:10_000] <= 0.01) > 0.99


def test_drawn_ground_on_which_nothing_happened_is_tested_and_counted():
    (found,) = drawn(1, side=80)
    assert found.unchanged.size > 5000
    assert ((found.unchanged >= 0) & (found.unchanged <= 1)).all()
    row = table([Ranked("a", np.array([0.005, 0.02, 0.5, 0.9]), np.array([0.001, 0.5]))]).splitlines()[2]
    assert [cell.strip() for cell in row.strip("|").split("|")] == ["a", "4", "0.2500", "0.5000", "0.500"]
