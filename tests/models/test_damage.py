"""The damage model: what speaks for ruins raises the score, and nothing is said of what was not measured."""

import math

import pytest

from sitewatch.models.damage import TERMS, scaled, shipped, terms

STANDING = {"pattern_kept": 0.8, "d_right_angles": 0.0, "d_edges": 0.0, "d_brightness": 0.0}
RUIN = {"pattern_kept": 0.4, "d_right_angles": -0.08, "d_edges": 0.9, "d_brightness": 0.5}


def test_a_house_that_stands_and_a_ruin_are_told_apart():
    model = shipped()
    assert model.word(model.score(STANDING)) == "none_visible"
    assert model.word(model.score(RUIN)) == "destroyed"


@pytest.mark.parametrize("name", STANDING)
def test_each_measurement_moves_the_score_towards_ruin(name: str):
    model = shipped()
    assert model.score({**STANDING, name: RUIN[name]}) > model.score(STANDING)


@pytest.mark.parametrize("name", STANDING)
def test_nothing_is_said_where_something_was_not_measured(name: str):
    model = shipped()
    score = model.score({**RUIN, name: math.nan})
    assert math.isnan(score)
    assert model.word(score) == "not_assessable"


def test_the_score_is_the_logistic_of_the_weighed_terms():
    model, found = shipped(), terms(RUIN)
    assert found["d_edges"] == pytest.approx(math.log(1.9))
    assert (found["brighter"], found["darker"]) == (pytest.approx(math.log(1.5)), 0)
    logit = model.weights["intercept"] + sum(
        model.weights[name] * max(-3, min(3, (found[name] - model.scales[name][0]) / model.scales[name][1]))
        for name in TERMS
    )
    assert model.score(RUIN) == pytest.approx(1 / (1 + math.exp(-logit)))


def test_one_odd_measurement_does_not_decide_alone():
    assert scaled(1e9, (0.0, 1.0)) == 3
    assert scaled(-1e9, (0.0, 1.0)) == -3
    assert math.isnan(scaled(math.nan, (0.0, 1.0)))


def test_the_words_follow_the_score_and_the_number_is_no_probability():
    model = shipped()
    assert [model.word(score) for score in (0, 0.14, 0.15, 0.49, 0.5, 1)] == [
        "none_visible", "none_visible", "possible", "possible", "destroyed", "destroyed",
    ]  # fmt: skip
    assert not model.calibrated
