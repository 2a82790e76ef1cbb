"""Agreement of two reviewers, against scikit-learn and against simulation."""

import math

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from sitewatch.survey import agreement

ANSWERS = ("changed", "not_changed", "not_assessable")


def pairs(rng: np.random.Generator, size: int) -> tuple[list[str], list[str]]:
    first = rng.choice(3, size, p=(0.3, 0.6, 0.1))
    second = np.where(rng.random(size) < 0.75, first, rng.choice(3, size))
    return [ANSWERS[k] for k in first], [ANSWERS[k] for k in second]


def test_kappa_is_that_of_scikit_learn():
    first, second = pairs(np.random.default_rng(1), 200)
    found = agreement(first, second)
    assert found.kappa == pytest.approx(cohen_kappa_score(first, second))
    assert found.agreed == sum(one == other for one, other in zip(first, second, strict=True))
    assert found.disagreed == pytest.approx(1 - found.agreed / 200)


def test_its_interval_is_as_wide_as_kappa_scatters():
    rng = np.random.default_rng(2)
    found = [agreement(*pairs(rng, 300)) for _ in range(400)]
    scatter = np.std([one.kappa for one in found])
    assert np.mean([(one.high - one.low) / 2 / 1.96 for one in found]) == pytest.approx(scatter, rel=0.12)


def test_full_agreement_is_one_and_one_answer_alone_is_nothing():
    assert agreement(["a", "b"], ["a", "b"]).kappa == 1
    alone = agreement(["a", "a"], ["a", "a"])
    assert alone.agreed == 2
    assert math.isnan(alone.kappa)
    assert math.isnan(agreement([], []).disagreed)
