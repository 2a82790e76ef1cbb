"""From images to verdicts that say what would have been seen: the whole chain on drawn ground."""

import datetime as dt
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from shapely import box
from tests.runs.smallest.conftest import Quiet

from sitewatch.cli import run
from sitewatch.errors import RegistrationError
from sitewatch.grid import WGS84
from sitewatch.records import Site, Verdict
from sitewatch.runs.judged import Judged
from sitewatch.runs.judging import judge_site
from sitewatch.runs.smallest import search, table, with_smallest
from sitewatch.runs.smallest.trial import Outcome, Trials
from sitewatch.settings import Masking, Settings, Verdicts

CLASSES = {
    "pixels up to 1 m": {
        "pairs": ["a", "b"],
        "largest": 1000.0,
        "kinds": {
            "construction": {"size": 160.0, "found_of_largest": 0.97, "implants": 90, "found": 60},
            "burning": {"size": 110.0, "found_of_largest": 0.98, "implants": 90, "found": 66},
            "demolition": {"size": None, "found_of_largest": 0.7, "implants": 90, "found": 40},
        },
    }
}
MEASURED = Settings(verdicts=Verdicts(smallest=True, smallest_runs=3))


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "_table", lambda: CLASSES)


@pytest.fixture(scope="module")
def site(quiet: Quiet) -> Site:
    corners = quiet.pair.before.grid[30:170, 30:170].extent.to_crs(WGS84).boundingbox
    return Site("yard", "Yard", "facility", box(*corners.bbox))


def test_without_asking_the_verdict_says_what_is_typical(quiet: Quiet, site: Site):
    judged = judge_site(site, quiet.pair, Settings())
    verdict = judged.verdicts[0]
    assert verdict.verdict == "no_visible_change"
    assert verdict.min_detectable_m2["construction"] == 160
    assert math.isnan(verdict.min_detectable_m2["demolition"])
    assert "; in imagery of this kind (pixels up to 1 m) a new building of at least 160 m2" in verdict.reason
    assert judged.smallest["yard"]["from"] == "table"
    assert judged.smallest["yard"]["pairs"] == ["a", "b"]


def test_other_settings_than_the_tables_say_nothing(quiet: Quiet, site: Site):
    judged = judge_site(site, quiet.pair, Settings(registration={"local": False}))
    assert judged.verdicts[0].min_detectable_m2 == {}
    assert "imagery of this kind" not in judged.verdicts[0].reason
    assert judged.smallest["yard"]["from"] == "nothing"


def test_a_site_that_changed_keeps_its_reason_and_one_that_was_not_seen_gets_nothing(
    quiet: Quiet, site: Site
):
    judged = judge_site(site, quiet.pair, Settings())
    plain = replace(judged.verdicts[0], min_detectable_m2={}, reason="as it was")
    changed = replace(judged, verdicts=(replace(plain, verdict="change"),))
    said = with_smallest(changed, MEASURED).verdicts[0]
    assert (said.reason, said.min_detectable_m2["burning"]) == ("as it was", 110)
    hidden = replace(judged, verdicts=(replace(plain, verdict="not_assessable"),))
    assert with_smallest(hidden, MEASURED).verdicts == hidden.verdicts
    assert with_smallest(hidden, MEASURED).smallest == {}


def test_what_cannot_be_measured_falls_back_on_the_table_and_says_why(
    quiet: Quiet, site: Site, monkeypatch: pytest.MonkeyPatch
):
    def refuses(*_: object) -> None:
        raise RegistrationError("nothing in common", "something", "look")

    judged = judge_site(site, quiet.pair, Settings())
    bare = replace(judged, verdicts=(replace(judged.verdicts[0], reason="seen"),))
    monkeypatch.setattr(Trials, "run", refuses)
    facts = with_smallest(bare, MEASURED).smallest["yard"]
    assert (facts["from"], facts["not_measured"]) == ("table", "nothing in common; something; look")
    monkeypatch.setattr(Trials, "run", lambda *_: [])
    assert "found room" in with_smallest(bare, MEASURED).smallest["yard"]["not_measured"]


@pytest.mark.parametrize(("at_most", "verdict"), [(0.45, "not_assessable"), (0.55, "no_visible_change")])
def test_where_not_even_the_largest_changes_would_be_found_nothing_is_told(
    quiet: Quiet, site: Site, monkeypatch: pytest.MonkeyPatch, at_most: float, verdict: str
):
    judged = judge_site(site, quiet.pair, Settings())
    shares = dict.fromkeys(search.KINDS_SOUGHT, 0.3) | {"burning": at_most}
    outcomes = tuple(
        Outcome(kind, 100.0, False, False, True) for kind in search.KINDS_SOUGHT for _ in range(search.LEAST)
    )
    none = dict.fromkeys(search.KINDS_SOUGHT, math.nan)
    blind = search.Smallest(none, shares, 900.0, outcomes, 3)
    monkeypatch.setattr("sitewatch.runs.smallest.find_smallest", lambda *_: blind)
    said = [with_smallest(replace(judged, verdicts=(one,)), MEASURED).verdicts[0] for one in dated(judged)]
    assert [one.verdict for one in said] == [verdict, verdict]
    assert ["season gap of 180 days" in one.reason for one in said] == [at_most < 0.5, False]
    assert ["differ too much" in one.reason for one in said] == [False, at_most < 0.5]


def dated(judged: Judged) -> list[Verdict]:
    """Return a verdict on scenes of two seasons, and the same of one season."""
    days = [dt.datetime(2021, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=day) for day in (0, 180, 365)]
    verdict = judged.verdicts[0]
    assert verdict.before is not None
    first, second, third = (replace(verdict.before, datetime=day, date_precision="day") for day in days)
    return [replace(verdict, before=first, after=second), replace(verdict, before=first, after=third)]


def test_larger_implants_are_found_at_least_as_often(quiet: Quiet, site: Site):
    detection = judge_site(site, quiet.pair, Settings()).detection
    assert detection is not None
    trials = Trials.of(site, detection, Settings(masking=Masking(min_usable=0.4)))
    fates = trials.run([("burning", area) for area in (12.0, 12.0, 12.0, 300.0, 300.0, 300.0)], 5)
    assert len(fates) == 6
    small, large = ([one.found for one in fates if one.area_m2 == area] for area in (12.0, 300.0))
    assert sum(small) <= sum(large)
    assert sum(large) >= 2
    assert fates == trials.run([("burning", area) for area in (12.0, 12.0, 12.0, 300.0, 300.0, 300.0)], 5)


def test_the_command_measures_and_says_so_in_every_file(
    quiet: Quiet, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(search, "LEAST", 3)
    shape = {"type": "Feature", "properties": {"id": "yard"}, "geometry": site.geometry.__geo_interface__}
    (tmp_path / "site.geojson").write_text(json.dumps(shape))
    (tmp_path / "few.toml").write_text("[verdicts]\nsmallest_runs = 3\n")
    given = ["--aoi", str(tmp_path / "site.geojson"), "--config", str(tmp_path / "few.toml"), "--smallest"]
    out = tmp_path / "run"
    assert run(["compare", str(quiet.before), str(quiet.after), *given, "--out", str(out)]) == 0
    said = json.loads((out / "sites.geojson").read_text())["features"][0]["properties"]
    facts = json.loads((out / "run.json").read_text())["smallest"]["yard"]
    assert facts["from"] == "measured"
    assert facts["runs"] == 3
    for kind, known in facts["kinds"].items():
        assert known["implants"] == len(known["ladder"]) >= 3
        assert said["min_detectable_m2"][kind] == known["min_detectable_m2"]
    assert "buildings were implanted into these two images" in said["reason"]
    assert said["reason"] in (out / "sites.csv").read_text()
