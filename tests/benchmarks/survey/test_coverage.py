"""The coverage of the intervals, with fewer samples than the benchmark draws."""

import numpy as np
import pytest

from benchmarks.__main__ import main
from benchmarks.survey import Case, cases, cover
from benchmarks.survey.designs import DESIGNS, POPULATION, SHARES, Belief

SAMPLES = 2000
# Three and a half standard errors of a coverage of 95 % that was counted on so many samples: with 24 cells
# one of a hundred tests like this would fail for an interval that is exactly right.
CHANCE = 3.5 * np.sqrt(0.95 * 0.05 / SAMPLES)


@pytest.mark.parametrize("belief", ["faultless", "known", "validated", "gold"])
@pytest.mark.parametrize("design", ["simple", "14 strata, proportional", "14 strata, equal"])
def test_intervals_hold_as_often_as_they_say(design: str, belief: Belief):
    for share in (0.05, 0.35):
        found = cover(Case(design, belief), share, SAMPLES)
        assert 0.95 - CHANCE < found.ours < 0.95 + CHANCE
        assert found.ours + found.below + found.above == pytest.approx(1, abs=0.002)


def test_sites_that_could_not_be_assessed_at_random_do_no_harm():
    found = cover(Case("4 strata, proportional", "faultless", 0.08), 0.16, SAMPLES)
    assert 0.95 - CHANCE < found.ours < 0.95 + CHANCE


def test_errors_that_are_not_corrected_do():
    found = cover(Case("simple", "known"), 0.05, SAMPLES)
    assert found.rivals["as read"] < 0.1
    assert found.ours > 0.9


def test_registers_have_the_share_that_is_asked_for():
    for design in DESIGNS.values():
        assert design.population.sum() == POPULATION
        assert design.sizes.sum() == pytest.approx(533, abs=1)
        for share in SHARES:
            assert design.changed(share).sum() / POPULATION == pytest.approx(share, abs=2e-4)


def test_the_report_has_a_line_a_case(capsys: pytest.CaptureFixture[str]):
    assert main(["survey", "--simulations", "50"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("| ") for line in lines) == len(cases()) + 4 + 2 * 2
    assert lines[0].startswith("50 samples a cell")
