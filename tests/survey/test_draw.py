"""The draw: the same for everyone, and fair."""

import hashlib
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare
from tests.survey.conftest import quick

from sitewatch.survey import drawn

IDS = [f"site-{number}" for number in range(30)]


def test_the_order_of_the_register_does_not_matter():
    assert drawn(IDS, 7, "2020") == drawn(reversed(IDS), 7, "2020")
    assert drawn(IDS, 7, "2020") != drawn(IDS, 7, "2021")


def test_anyone_can_draw_it_with_a_checksum():
    numbers = {hashlib.sha256(f"2020:{site}".encode()).hexdigest(): site for site in IDS}
    assert drawn(IDS, 3, "2020") == [numbers[number] for number in sorted(numbers)[:3]]


@quick
@given(st.integers(0, 29), st.text(max_size=5))
def test_a_larger_sample_holds_the_smaller(size: int, seed: str):
    assert drawn(IDS, size + 1, seed)[:size] == drawn(IDS, size, seed)


def test_every_site_is_drawn_as_often_as_every_other():
    times = Counter(site for seed in range(3000) for site in drawn(IDS, 10, str(seed)))
    assert chisquare([times[site] for site in IDS]).pvalue > 0.001


def test_every_pair_is_drawn_as_often_as_every_other():
    ids = IDS[:6]
    times = Counter(frozenset(drawn(ids, 2, str(seed))) for seed in range(3000))
    assert len(times) == 15
    assert chisquare(list(times.values())).pvalue > 0.001
