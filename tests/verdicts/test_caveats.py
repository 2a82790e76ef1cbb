"""What stands in a reason beside what was found."""

import datetime as dt
from dataclasses import replace

import pytest
from tests.verdicts.conftest import GRID, quiet, site

from sitewatch.records import Scene, Verdict
from sitewatch.verdicts import Placebo, footprints, make_pool, try_elsewhere, with_caveats

PLACE = site(20, 20, 80, 80)
WIDELY, ALONE = "not evidence of no change", "no test stands behind this"


def scene(day: str) -> Scene:
    return Scene(day, (), GRID, 1.0, dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC), "day")


def placebo_of(level: float) -> Placebo:
    pool = make_pool("drawn", [(str(s), footprints(quiet(s), seed=s)) for s in range(60)], {})
    placebo = try_elsewhere(PLACE, quiet(500, level=level), pool)
    assert placebo is not None
    return placebo


@pytest.fixture(scope="module")
def usual() -> Placebo:
    return placebo_of(0.0)


def said(verdict: Verdict, placebo: Placebo | None) -> str:
    told = with_caveats(verdict, placebo)
    assert replace(told, reason="") == replace(verdict, reason="")
    return told.reason


def test_without_a_doubt_nothing_is_added(usual: Placebo):
    verdict = Verdict(PLACE, "no_visible_change", "seen", 1.0, before=scene("2020-06-01"))
    assert said(replace(verdict, after=scene("2021-06-20")), usual) == "seen"
    assert said(verdict, usual) == "seen"


def test_a_scene_that_changed_widely_takes_the_weight_from_no_change():
    restless = placebo_of(8.0)
    assert WIDELY in said(Verdict(PLACE, "no_visible_change", "seen", 1.0), restless)
    for word in ("change", "not_assessable"):
        assert said(Verdict(PLACE, word, "seen", 1.0), restless) == "seen"


def test_a_season_gap_and_a_test_that_was_not_made_are_said(usual: Placebo):
    verdict = Verdict(PLACE, "no_visible_change", "seen", 1.0)
    apart = replace(verdict, before=scene("2020-01-01"), after=scene("2021-06-30"))
    assert "180 days apart in the season" in said(apart, usual)
    assert ALONE in said(verdict, None)
    assert ALONE in said(verdict, replace(usual, reference="none"))


def test_findings_are_told_with_every_verdict(usual: Placebo):
    for word in ("change", "no_visible_change", "not_assessable"):
        verdict = Verdict(PLACE, word, "seen", 1.0, findings=("a copied tile",))
        assert said(verdict, usual) == "seen; a finding of its own: a copied tile"
