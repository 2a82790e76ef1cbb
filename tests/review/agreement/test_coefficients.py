"""Agreement held against the libraries that others use, and against published examples."""

import math
from collections.abc import Callable

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from sitewatch.review.agreement import Coefficient, Ratings, ac1, agreements, alpha, kappa
from sitewatch.review.agreement.ratings import MISSING

Measure = Callable[[Ratings], Coefficient]

# Krippendorff (2011), section C: four observers, twelve units, some not observed. 0 is missing.
OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3),
    (0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0),
)


def ratings(*raters: tuple[int, ...]) -> Ratings:
    """Arrange answers, 0 being none."""
    return Ratings.of(
        {
            f"rater {number}": {f"{item:03d}": answer for item, answer in enumerate(said) if answer}
            for number, said in enumerate(raters)
        }
    )


def table(*rows: tuple[int, ...]) -> Ratings:
    """Write a table of two raters out, a pair of answers an item."""
    pairs = [
        (first + 1, second + 1)
        for first, row in enumerate(rows)
        for second, count in enumerate(row)
        for _ in range(count)
    ]
    return ratings(*zip(*pairs, strict=True))


def drawn(seed: int, *, raters: int, missing: float = 0.0) -> Ratings:
    """Draw raters who mostly see what is there."""
    rng = np.random.default_rng(seed)
    truth = rng.choice([1, 2, 3], 80, p=[0.6, 0.3, 0.1])
    said = np.where(rng.random((raters, 80)) < 0.75, truth, rng.integers(1, 4, (raters, 80)))
    said[rng.random(said.shape) < missing] = 0
    return ratings(*map(tuple, said.tolist()))


@pytest.mark.parametrize("seed", range(8))
def test_kappa_is_that_of_scikit_learn(seed: int):
    found = drawn(seed, raters=2)
    assert kappa(found).value == pytest.approx(cohen_kappa_score(*found.codes.T), abs=1e-9)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("raters", "missing"), [(2, 0.0), (2, 0.3), (5, 0.0), (5, 0.4)])
def test_alpha_is_that_of_the_krippendorff_package(seed: int, raters: int, missing: float):
    found = drawn(seed, raters=raters, missing=missing)
    data = np.where(found.codes == MISSING, np.nan, found.codes).T
    theirs = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
    assert alpha(found).value == pytest.approx(theirs, abs=1e-9)


def test_alpha_of_krippendorffs_own_example():
    assert alpha(ratings(*OBSERVERS)).value == pytest.approx(0.743, abs=5e-4)


def test_ac1_of_the_same_observers_as_gwet_has_it():
    """Coefficient, and interval from its standard error: R package irrCAC 1.0, `gwet.ac1.raw`, vignette."""
    found = ac1(ratings(*OBSERVERS))
    assert found.value == pytest.approx(0.77544, abs=5e-6)
    # The quantile of t with 11 degrees of freedom, and the standard error.
    assert found.low == pytest.approx(0.77544 - 2.200985 * 0.14295, abs=5e-5)
    assert found.high == 1


def test_ac1_and_kappa_of_two_abstractors_as_gwet_has_them():
    """The same source: `gwet.ac1.table` and `kappa2.table` of ``cont3x3abstractors``, 100 items."""
    both = table((13, 0, 0), (0, 20, 7), (0, 4, 56))
    # Written out item by item the variance is divided by one fewer than the items, in a table by the items.
    half = 1.984217 * (100 / 99) ** 0.5
    assert ac1(both).value == pytest.approx(0.8493305, abs=5e-8)
    assert ac1(both).low == pytest.approx(0.8493305 - half * 0.04321747, abs=1e-6)
    assert kappa(both).value == pytest.approx(0.7964094, abs=5e-8)


def test_where_one_answer_is_rare_kappa_falls_and_ac1_does_not():
    """Gwet (2002), "Kappa statistic is not satisfactory": 118 of 125 the same, kappa below zero."""
    both = table((118, 5), (2, 0))
    assert kappa(both).value == pytest.approx(-0.0234, abs=5e-5)
    assert ac1(both).value == pytest.approx(0.9408, abs=5e-5)


@given(st.integers(0, 10_000), st.integers(2, 4))
@settings(max_examples=20, deadline=None)
def test_neither_names_nor_order_make_a_difference(seed: int, raters: int):
    found = drawn(seed, raters=raters, missing=0.2)
    rng = np.random.default_rng(seed)
    codes = found.codes[rng.permutation(len(found.codes))][:, rng.permutation(raters)]
    swapped = rng.permutation(3)
    other = Ratings(found.raters, found.categories, np.where(codes == MISSING, MISSING, swapped[codes]))
    for coefficient in (alpha, ac1):
        assert coefficient(other).value == pytest.approx(coefficient(found).value, abs=1e-12)


@pytest.mark.parametrize("coefficient", [kappa, alpha, ac1])
def test_those_who_agree_on_two_sorts_agree_wholly(coefficient: Measure):
    found = coefficient(ratings((1, 2, 1, 2, 2), (1, 2, 1, 2, 2)))
    assert (found.value, found.high) == (1, 1)


@pytest.mark.parametrize("coefficient", [kappa, alpha, ac1])
@pytest.mark.parametrize(
    ("raters", "why"),
    [
        (((1, 1, 1), (1, 1, 1)), "every answer is the same"),
        (((1, 2, 0, 0), (0, 0, 1, 2)), "no item was answered by two"),
        (((), ()), "no item was answered by two"),
    ],
)
def test_what_is_not_defined_is_nan_with_a_reason(
    coefficient: Measure, raters: tuple[tuple[int, ...], ...], why: str
):
    found = coefficient(ratings(*raters))
    assert math.isnan(found.value)
    assert math.isnan(found.low)
    assert why in found.why


@pytest.mark.parametrize("coefficient", [kappa, alpha, ac1])
def test_intervals_hold_what_they_are_about(coefficient: Measure):
    """Of 120 drawn samples about 95 % must hold the coefficient of a sample so large that it is the truth."""
    rng = np.random.default_rng(7)

    def sample(items: int) -> Ratings:
        truth = rng.choice([1, 2], items, p=[0.7, 0.3])
        said = np.where(rng.random((2, items)) < 0.8, truth, rng.integers(1, 3, (2, items)))
        return ratings(*map(tuple, said.tolist()))

    aim = coefficient(sample(20_000)).value
    held = [found.low <= aim <= found.high for found in (coefficient(sample(100)) for _ in range(120))]
    assert 0.88 <= np.mean(held) <= 0.995


def test_each_two_and_all_are_compared():
    found = list(agreements({"c": {"x": 1}, "a": {"x": 1, "y": 2}, "b": {"x": 2, "y": 2}}))
    assert [one.raters for one in found] == [("a", "b"), ("a", "c"), ("b", "c"), ("a", "b", "c")]
    assert [(one.shared, one.agreed) for one in found] == [(2, 1), (1, 1), (1, 0), (2, 1)]
    assert [len(one.coefficients) for one in found] == [3, 3, 3, 2]
    assert list(agreements({"a": {"x": 1}})) == []
