"""Shares of a register and their intervals: textbooks, exact distributions, and what must always hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, hypergeom, norm
from tests.survey.conftest import Line, counts, quick, strata

from sitewatch.errors import SurveyError
from sitewatch.survey import Counts, Estimate, Rate, Reviewer, estimate, extremes

ERRS = Reviewer(Rate.known(0.9), Rate.known(0.95))


def ends(found: Estimate) -> tuple[float, float]:
    return float(found.low), float(found.high)


def test_wrong_addresses_of_cochran():
    # Cochran 1977, section 3.2: 38 of 200 addresses, drawn from a list of 3042, are wrong. He estimates 578
    # wrong ones with a standard error of 81.8. Far from 0 and 1 the score interval is nearly +- z of these.
    found = estimate(counts((3042, 200, 38)))
    number, low, high = found.sites
    assert number == pytest.approx(578, abs=0.5)
    assert (high - low) / 2 == pytest.approx(1.96 * 81.8, rel=0.01)


def test_limits_of_cochran():
    # Cochran 1977, section 3.6: 37 of 100, from a population of 500; he gives 0.280 to 0.460 by the normal
    # approximation with a correction for continuity, of half a hundredth, that a score interval has not.
    low, high = ends(estimate(counts((500, 100, 37))))
    assert low == pytest.approx(0.285, abs=0.006)
    assert high == pytest.approx(0.455, abs=0.006)


@pytest.mark.parametrize("changed", [0, 1, 26, 170, 533])
def test_of_an_endless_register_it_is_the_interval_of_wilson(changed: int):
    found = estimate(counts((10**12, 533, changed)))
    known = binomtest(changed, 533).proportion_ci(method="wilson")
    assert ends(found) == pytest.approx((known.low, known.high), abs=1e-6)


@pytest.mark.parametrize(("population", "size"), [(24_000, 533), (600, 200), (2000, 1500)])
def test_ends_are_where_the_exact_distribution_puts_them(population: int, size: int):
    # At the ends of a score interval the normal approximation of the hypergeometric distribution gives 2.5 %;
    # the exact one, counting half of what was seen, must be near it.
    changed = round(0.3 * size)
    low, high = ends(estimate(counts((population, size, changed))))
    at_low = hypergeom(population, round(low * population), size)
    at_high = hypergeom(population, round(high * population), size)
    assert at_low.sf(changed) + at_low.pmf(changed) / 2 == pytest.approx(0.025, abs=0.008)
    assert at_high.cdf(changed - 1) + at_high.pmf(changed) / 2 == pytest.approx(0.025, abs=0.008)


def test_it_holds_exactly_what_it_says_in_a_register_of_24000():
    # No simulation: the probability of each sample is summed, for registers of 600 to 16,800 changed sites.
    seen = np.arange(534)
    found = estimate(Counts(np.array([24_000.0]), np.full((534, 1), 533.0), seen[:, None].astype(float)))
    truths = np.arange(600, 16_801, 300)
    held = np.array([held_at(found, int(truth)) for truth in truths])
    assert held.mean() == pytest.approx(0.95, abs=0.001)
    assert ((held > 0.94) & (held < 0.96)).mean() > 0.95
    assert 0.935 < held.min() < held.max() < 0.965


def held_at(found: Estimate, truth: int) -> float:
    """Sum the probabilities of the samples of 533 whose interval holds the truth, 8 deviations around it."""
    middle = 533 * truth / 24_000
    near = np.arange(max(0, int(middle - 90)), min(533, int(middle + 90)))
    return float((hypergeom.pmf(near, 24_000, truth, 533) * found.holds(truth / 24_000)[near]).sum())


def test_stratified_share_and_variance_by_hand():
    # Shares .1, .5, .8 with weights .6, .3, .1 are .29; the variance is Cochran's (1977, 5.52).
    found = estimate(counts((6000, 600, 60), (3000, 500, 250), (1000, 500, 400)))
    by_hand = 0.36 * 0.9 * 0.09 / 599 + 0.09 * (5 / 6) * 0.25 / 499 + 0.01 * 0.5 * 0.16 / 499
    assert float(found.share) == pytest.approx(0.29)
    assert float(found.half_width) == pytest.approx(1.96 * by_hand**0.5, rel=0.01)


def test_level_widens_as_the_normal_distribution_does():
    half = [float(estimate(counts((24_000, 5_000, 2_000)), level=level).half_width) for level in (0.8, 0.95)]
    assert half[1] / half[0] == pytest.approx(norm.ppf(0.975) / norm.ppf(0.9), rel=0.01)


def test_rogan_and_gladen_by_hand():
    # Of 38 % read as changed, less 5 % of false alarms, over 85 points between the two kinds of sites.
    found = estimate(counts((10**9, 1000, 380)), ERRS)
    assert float(found.share) == pytest.approx(0.33 / 0.85)
    wilson = binomtest(380, 1000).proportion_ci(method="wilson")
    assert ends(found) == pytest.approx(((wilson.low - 0.05) / 0.85, (wilson.high - 0.05) / 0.85), abs=1e-4)


def test_a_large_validation_is_as_good_as_known_rates():
    near = Reviewer(Rate.validated(900_000, 1_000_000), Rate.validated(950_000, 1_000_000))
    line = (24_000, 533, 200)
    assert ends(estimate(counts(line), near)) == pytest.approx(ends(estimate(counts(line), ERRS)), abs=1e-4)


def test_a_small_validation_widens():
    widths = [
        float(estimate(counts((24_000, 533, 200)), Reviewer(*rates)).half_width)
        for rates in (
            (Rate.known(0.9), Rate.known(0.95)),
            (Rate.validated(180, 200), Rate.validated(190, 200)),
            (Rate.validated(18, 20), Rate.validated(19, 20)),
        )
    ]
    assert widths == sorted(widths)
    assert widths[2] > 1.5 * widths[0]


def test_where_the_whole_sample_was_validated_errors_cost_almost_nothing():
    # With the truth known of all 533 the readings hardly matter: as narrow as a faultless reviewer's.
    inside = np.array([187.0]), np.array([346.0])
    gold = Reviewer(Rate.validated(168, 187, inside[0]), Rate.validated(329, 346, inside[1]))
    elsewhere = Reviewer(Rate.validated(168, 187), Rate.validated(329, 346))
    read = counts((24_000, 533, 168 + 17))
    truth = float(estimate(counts((24_000, 533, 187))).half_width)
    assert float(estimate(read, gold).half_width) == pytest.approx(truth, rel=0.05)
    assert float(estimate(read, elsewhere).half_width) > 1.2 * truth


def test_a_reviewer_like_chance_tells_nothing():
    found = estimate(counts((24_000, 533, 200)), Reviewer(Rate.validated(11, 20), Rate.validated(10, 20)))
    assert ends(found) == (0, 1)


def test_readings_that_no_share_explains_have_no_interval():
    found = estimate(counts((24_000, 533, 2)), Reviewer(Rate.known(0.9), Rate.known(0.9)))
    assert np.isnan(ends(found)).all()
    assert not found.holds(0.0)


def test_errors_of_reading_do_not_shrink_with_the_register():
    census = counts((500, 500, 200))
    assert float(estimate(census).half_width) == 0
    # Each reading errs for itself: by hand, sqrt(p Se (1-Se) + (1-p) Sp (1-Sp)) / gain / sqrt(n).
    share = float(estimate(census, ERRS).share)
    error = ((share * 0.09 + (1 - share) * 0.0475) / 500) ** 0.5 / 0.85
    assert float(estimate(census, ERRS).half_width) == pytest.approx(1.96 * error, rel=0.02)


def test_bounds_of_what_could_not_be_assessed():
    none, every = extremes(counts((1000, 100, 20)), np.array([10.0]))
    assert ends(none) == ends(estimate(counts((1000, 100, 20))))
    assert ends(every) == ends(estimate(counts((1000, 100, 30))))


def test_bounds_with_a_reviewer_who_errs_add_what_was_not_read():
    none, every = extremes(counts((24_000, 533, 180)), np.array([40.0]), ERRS)
    assert float(every.share - none.share) == pytest.approx(40 / 533)


@quick
@given(strata())
def test_the_interval_holds_the_estimate_and_what_was_seen(lines: list[Line]):
    found, total = estimate(counts(*lines)), sum(line[0] for line in lines)
    low, high = ends(found)
    assert 0 <= low <= float(found.share) <= high <= 1
    assert low >= sum(changed for _, _, changed in lines) / total - 1e-12
    assert high <= 1 - sum(assessed - changed for _, assessed, changed in lines) / total + 1e-12


@quick
@given(strata())
def test_a_census_leaves_no_doubt(lines: list[Line]):
    census = [(population, population, min(changed, population)) for population, _, changed in lines]
    low, high = ends(estimate(counts(*census)))
    truth = sum(changed for _, _, changed in census) / sum(population for population, _, _ in census)
    assert low == pytest.approx(truth)
    assert high == pytest.approx(truth)


@quick
@given(strata(), st.floats(0.6, 1), st.floats(0.6, 1))
def test_a_reviewer_who_errs_still_gives_a_share(lines: list[Line], sensitivity: float, specificity: float):
    found = estimate(counts(*lines), Reviewer(Rate.known(sensitivity), Rate.known(specificity)))
    if not np.isnan(found.low):
        assert 0 <= found.low <= found.share <= found.high <= 1


@quick
@given(strata())
def test_unchanged_for_changed_mirrors_the_interval(lines: list[Line]):
    mirrored = [(population, assessed, assessed - changed) for population, assessed, changed in lines]
    low, high = ends(estimate(counts(*lines)))
    assert ends(estimate(counts(*mirrored))) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@quick
@given(st.integers(1, 40), st.integers(0, 10), st.integers(1, 8))
def test_more_sites_of_the_same_share_narrow_it(size: int, changed: int, times: int):
    changed = min(changed, size)
    small = estimate(counts((5000, size, changed)))
    large = estimate(counts((5000, size * (times + 1), changed * (times + 1))))
    assert float(large.half_width) <= float(small.half_width) + 1e-12


@quick
@given(strata())
def test_samples_side_by_side_are_samples_alone(lines: list[Line]):
    population, assessed, changed = np.array(lines, float).T
    both = estimate(
        Counts(population, np.stack([assessed, assessed]), np.stack([changed, 0 * changed])), ERRS
    )
    for place, alone in enumerate((changed, 0 * changed)):
        one = estimate(Counts(population, assessed, alone), ERRS)
        # Sums of two rows are rounded in another order than those of one.
        assert np.allclose(both.low[place], one.low, rtol=1e-12, atol=0, equal_nan=True)
        assert both.share[place] == pytest.approx(float(one.share), rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("line", [(10, 11, 1), (10, 5, 6), (10, 0, 0), (10, 5, -1)])
def test_counts_that_do_not_fit_are_refused(line: Line):
    with pytest.raises(SurveyError, match="do not fit"):
        counts(line)


@pytest.mark.parametrize(("right", "trials"), [(1, 0), (5, 4), (-1, 3)])
def test_validations_that_do_not_fit_are_refused(right: int, trials: int):
    with pytest.raises(SurveyError, match="validated sites"):
        Rate.validated(right, trials)


def test_rates_out_of_range_and_reviewers_worse_than_chance_are_refused():
    with pytest.raises(SurveyError, match=r"a rate of 1\.2"):
        Rate.known(1.2)
    with pytest.raises(SurveyError, match="say nothing"):
        Reviewer(Rate.known(0.4), Rate.known(0.6)).require()
