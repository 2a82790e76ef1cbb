"""A last stage fitted: few reviews change little, many are believed, places are left out whole."""

import numpy as np
import pytest
from tests.models.last_stage.conftest import reviewed

from sitewatch.models.last_stage import (
    AS_THE_MODEL_SAYS,
    Figures,
    Reviewed,
    choose_strength,
    fit_stage,
    folds,
    foretold,
    told_left_out,
)


def right(seen: list[Reviewed]) -> np.ndarray:
    return np.array([one.confirmed for one in seen])


def test_what_decides_is_found_and_what_does_not_stays_near_nothing(many: list[Reviewed]):
    stage = fit_stage(many, AS_THE_MODEL_SAYS, 1.0)
    assert stage.calibrated
    assert stage.weights["d_structure@direction"] > 1
    assert abs(stage.weights.get("width_px", 0)) < 0.3
    assert foretold(stage, many).mean() == pytest.approx(right(many).mean(), abs=0.02)


def test_unseen_detections_are_foretold_better_after_forty_reviews():
    better = 0
    for seed in range(6):
        seen, new = reviewed(40, seed), reviewed(400, seed + 100)
        strength = choose_strength(seen, AS_THE_MODEL_SAYS, 0)
        before = Figures.of(foretold(AS_THE_MODEL_SAYS, new), right(new))
        after = Figures.of(foretold(fit_stage(seen, AS_THE_MODEL_SAYS, strength), new), right(new))
        better += after.log_loss < before.log_loss and after.brier < before.brier
    assert better >= 5


def test_five_reviews_move_the_weights_less_than_forty():
    few, more = (fit_stage(reviewed(n, 3), AS_THE_MODEL_SAYS, 10.0) for n in (5, 40))
    sizes = [
        sum(abs(value - AS_THE_MODEL_SAYS.weights.get(name, 0)) for name, value in stage.weights.items())
        for stage in (few, more)
    ]
    assert sizes[0] < 0.5 * sizes[1]


def as_the_model_says(seed: int) -> list[Reviewed]:
    draw = np.random.default_rng(seed)
    return [
        Reviewed(
            "burning",
            {"model_probability": float(p), "pixels": 50.0, "nothing": float(draw.normal())},
            confirmed=bool(draw.random() < p),
            place=f"{i % 6}",
            longitude=0.0,
        )
        for i, p in enumerate(draw.uniform(0.2, 0.9, 60))
    ]


def test_where_nothing_is_to_be_learned_the_weights_are_mostly_held_firmly():
    held = [choose_strength(as_the_model_says(seed), AS_THE_MODEL_SAYS, 0) for seed in range(7)]
    learned = [choose_strength(reviewed(60, seed), AS_THE_MODEL_SAYS, 0) for seed in range(7)]
    assert np.median(held) >= 30 > np.median(learned)


def test_measurements_that_the_prior_knows_keep_their_scale(many: list[Reviewed]):
    prior = AS_THE_MODEL_SAYS.model_copy(update={"scales": {"d_structure": (0.3, 2.0), "d_nbr": (0.1, 1.0)}})
    scales = fit_stage(many, prior, 1.0).scales
    assert scales["d_structure"] == (0.3, 2.0)
    assert scales["d_nbr"] == (0.1, 1.0)
    assert "width_px" in scales


def test_places_are_left_out_whole():
    seen = reviewed(100, 1, places=25)
    fold = folds(seen, 0)
    assert len(set(fold)) == 10
    for place in {one.place for one in seen}:
        assert len({int(k) for k, one in zip(fold, seen, strict=True) if one.place == place}) == 1


def test_one_place_is_cut_into_strips_from_west_to_east():
    seen = reviewed(23, 1, places=1)
    fold = folds(seen, 0)
    assert sorted(set(fold)) == [0, 1, 2, 3, 4]
    order = np.argsort([one.longitude for one in seen])
    assert (np.diff(fold[order]) >= 0).all()


def test_a_detection_is_foretold_without_its_own_place(many: list[Reviewed]):
    told = told_left_out(many[:60], AS_THE_MODEL_SAYS, 0)
    mine = [i for i, one in enumerate(many[:60]) if one.place == "place-0"]
    rest = [one for one in many[:60] if one.place != "place-0"]
    stage = fit_stage(rest, AS_THE_MODEL_SAYS, choose_strength(rest, AS_THE_MODEL_SAYS, 0))
    assert told[mine] == pytest.approx(foretold(stage, [many[i] for i in mine]))
