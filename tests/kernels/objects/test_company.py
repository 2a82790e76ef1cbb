"""What neighbours say of an object."""

import numpy as np
import pytest

from sitewatch.kernels.objects import with_company

ROW = np.stack([np.zeros(5), 30.0 * np.arange(5)], axis=1)


def test_an_unsure_object_among_sure_ones_goes_with_them():
    odds = np.array([-3.0, -3.0, 0.5, -3.0, -3.0])
    assert with_company(odds, ROW, 60)[2] < 0
    assert with_company(-odds, ROW, 60)[2] > 0


def test_a_sure_object_is_not_turned_by_any_company():
    odds = np.array([-9.0, -9.0, 3.0, -9.0, -9.0])
    assert with_company(odds, ROW, 60)[2] > 0


def test_those_far_away_say_nothing():
    places = ROW.copy()
    places[2, 0] = 2000
    odds = np.array([-3.0, -3.0, 0.5, -3.0, -3.0])
    assert with_company(odds, places, 60)[2] == pytest.approx(0.5)


def test_one_neighbour_is_believed_by_half():
    odds = with_company(np.array([0.0, 2.0]), np.zeros((2, 2)), 60)
    assert odds[0] == pytest.approx(1.0)


def test_every_pair_is_weighed_by_its_distance():
    draw = np.random.default_rng(0)
    odds, places = draw.normal(0, 1, 30), draw.uniform(0, 300, (30, 2))
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    weight = np.where(apart <= 180, np.exp(-0.5 * (apart / 60) ** 2), 0)
    np.fill_diagonal(weight, 0)
    expected = odds + weight @ odds / (weight.sum(axis=1) + 1)
    np.testing.assert_allclose(with_company(odds, places, 60), expected, rtol=1e-9)


@pytest.mark.parametrize("number", [0, 1])
def test_without_company_an_object_keeps_what_it_says(number: int):
    odds = np.full(number, 1.5)
    assert with_company(odds, np.zeros((number, 2)), 60).tolist() == odds.tolist()
