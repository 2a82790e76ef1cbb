"""What Benjamini and Hochberg promise is kept, and what cannot be promised is said."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, norm

from sitewatch.verdicts import Candidate, control


def candidates(p_values: list[float], *, typed: bool = True, floor: float = 0.001) -> list[Candidate]:
    return [Candidate(str(i), p, typed, floor) for i, p in enumerate(p_values)]


@given(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=60))
def test_q_values_are_scipy_s_and_flags_follow_them(p_values: list[float]):
    found = control(candidates(p_values), 0.1)
    assert list(found.q_values.values()) == pytest.approx(false_discovery_control(p_values).tolist())
    assert set(found.flagged) == {name for name, q in found.q_values.items() if q <= 0.1}
    assert set(found.flagged) | set(found.cleared) == set(found.q_values)
    assert not found.untyped


def test_a_low_p_value_makes_no_change_without_typed_evidence():
    found = control(candidates([0.001, 0.002], typed=False), 0.1)
    assert found.flagged == ()
    assert found.untyped == ("0", "1")


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_the_share_of_wrong_sites_is_what_was_asked_for(share: float):
    draw = np.random.default_rng(0)
    number, wrong, found = 200, [], []
    changed = int(share * number)
    for _ in range(200):
        z = draw.normal(size=number) + np.where(np.arange(number) < changed, 3.0, 0)
        told = control(candidates(norm.sf(z).tolist(), floor=0.0), 0.1)
        flagged = np.array([int(name) for name in told.flagged], int)
        wrong.append((flagged >= changed).mean() if len(flagged) else 0.0)
        found.append((flagged < changed).sum() / changed)
    assert np.mean(wrong) <= 0.1 + 0.015
    assert np.mean(found) > 0.5


def test_one_sure_detection_is_a_change_whatever_its_placements_show():
    sites = [Candidate("house", 0.6, True, 1e-3, surest=0.93), Candidate("shed", 0.6, True, 1e-3, surest=0.7)]
    found = control(sites, 0.1)
    assert (found.flagged, found.cleared) == (("house",), ("shed",))
    assert control(sites, 0.05).flagged == ()


def test_a_list_whose_level_is_out_of_reach_is_called_ranked():
    many = candidates([0.5] * 400, typed=False, floor=1 / 1500)
    assert control([*many, *candidates([0.001])], 0.1).list == "ranked"
    assert control(candidates([0.001] * 30 + [0.5] * 30, floor=1 / 1500), 0.1).list == "controlled"


def test_an_empty_list_is_decided_too():
    found = control([], 0.1)
    assert (found.flagged, found.list, found.to_dict()["tested"]) == ((), "controlled", 0)
