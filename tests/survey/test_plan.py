"""Sizes of samples and how they are shared out."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.survey.conftest import quick

from sitewatch.errors import SurveyError
from sitewatch.survey import Rate, Reviewer, Strata, Wish, allocate, expected, smallest


def one(population: float, share: float, **more: Any) -> Strata:
    return Strata(np.array([population], float), np.array([share]), **more)


def test_blood_groups_of_cochran():
    # Cochran 1977, section 4.4: p = 0.5 to within 0.05 with t = 2 needs 400 of many people, 356 of 3200. A
    # score interval is narrower by t^2 = 4 sites at a half.
    two = 0.9544997
    assert smallest(one(10**9, 0.5), Wish(0.05), level=two).sizes.sum() == pytest.approx(396, abs=1)
    assert smallest(one(3200, 0.5), Wish(0.05), level=two).sizes.sum() == pytest.approx(353, abs=1)


def test_the_mosques_of_aspi():
    # ASPI 2020 gives 8,450 of 24,000 mosques "+- 4 %": points it is, with the 533 that were looked at.
    plan = smallest(one(24_000, 8450 / 24_000), Wish(0.04))
    assert plan.sizes.sum() == pytest.approx(533, abs=2)
    assert float(plan.expected.half_width) <= 0.04
    few = expected(one(24_000, 8450 / 24_000), int(plan.sizes.sum()) - 1)
    assert float(few.expected.half_width) > 0.04


def test_a_relative_wish_counts_in_sites():
    plan = smallest(one(24_000, 0.35), Wish(0.04, relative=True))
    _, low, high = plan.expected.sites
    assert (high - low) / 2 <= 0.04 * 0.35 * 24_000
    assert plan.sizes.sum() > 3000


def test_errors_and_what_cannot_be_assessed_need_more_sites():
    errs = Reviewer(Rate.known(0.9), Rate.known(0.95))
    sizes = [
        smallest(strata, Wish(0.04)).sizes.sum()
        for strata in (
            one(24_000, 0.35),
            one(24_000, 0.35, reviewer=errs),
            one(24_000, 0.35, reviewer=errs, unseen=0.2),
        )
    ]
    # Of a fifth more sites than are read; by hand 1/gain^2 x q(1-q) / p(1-p) more than without errors.
    read = 0.05 + 0.85 * 0.35
    assert sizes[1] / sizes[0] == pytest.approx(read * (1 - read) / 0.85**2 / (0.35 * 0.65), rel=0.02)
    assert sizes[2] / sizes[1] == pytest.approx(1 / 0.8, rel=0.01)


def test_what_a_small_validation_forbids_is_said():
    small = Reviewer(Rate.validated(46, 50), Rate.validated(97, 100))
    with pytest.raises(SurveyError, match="reading all 24000 sites would still leave a half-width of"):
        smallest(one(24_000, 0.35, reviewer=small), Wish(0.02))


def test_neyman_is_never_worse_and_draws_more_where_sites_differ():
    strata = Strata(np.array([10_000.0, 10_000.0]), np.array([0.02, 0.5]))
    even, neyman = expected(strata, 400), expected(strata, 400, "neyman")
    # By hand: 0.14 to 0.5.
    assert neyman.sizes.tolist() == [round(400 * 0.14 / 0.64), round(400 * 0.5 / 0.64)]
    assert float(neyman.expected.half_width) < float(even.expected.half_width)


@quick
@given(st.lists(st.integers(1, 400), min_size=1, max_size=8), st.floats(0, 1))
def test_every_site_is_shared_out_within_bounds(sizes: list[int], part: float):
    population = np.array(sizes, float)
    least, most = np.minimum(2, population).sum(), population.sum()
    total = int(least + part * (most - least))
    spread = np.array([0.5 * (number % 3) for number in sizes])
    for found in (allocate(total, population), allocate(total, population, spread)):
        assert found.sum() == total
        assert (found >= np.minimum(2, population)).all()
        assert (found <= population).all()


def test_in_proportion_where_nothing_is_in_the_way():
    assert allocate(100, np.array([5000.0, 3000.0, 2000.0])).tolist() == [50, 30, 20]
    assert allocate(10, np.array([1000.0, 1000.0, 1000.0])).tolist() == [4, 3, 3]


@pytest.mark.parametrize("total", [3, 25])
def test_sizes_that_cannot_be_are_refused(total: int):
    with pytest.raises(SurveyError, match=r"4 \(2 of each stratum\) to 20 can be drawn"):
        allocate(total, np.array([10.0, 10.0]))


@pytest.mark.parametrize(("population", "share", "unseen"), [(0, 0.5, 0), (10, 1.5, 0), (10, 0.5, 1)])
def test_strata_out_of_range_are_refused(population: float, share: float, unseen: float):
    with pytest.raises(SurveyError, match="out of range"):
        one(population, share, unseen=unseen)
