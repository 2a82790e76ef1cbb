"""From a filled sample to findings: who read, what counts, and what is said of it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.runs.survey.conftest import Fill, lines, write_judged

from sitewatch.errors import SurveyError
from sitewatch.runs.survey import Columns, Findings, find, finding_lines, read_readings, read_sample
from sitewatch.survey import Rate, Reviewer, agreement

# Of the 50 lines of the sample: by their number, so that each stratum has some of both.
FIRST = ["changed" if i % 3 == 0 else "not_changed" for i in range(50)]


def findings(
    path: Path, columns: Columns | None = None, results: Path | None = None, **more: Any
) -> Findings:
    readings = read_readings(read_sample(path), results, columns or Columns())
    return find(readings, **more)


def test_the_share_is_that_of_the_weights(fill: Fill):
    path = fill(result=FIRST)
    by_weight = sum(float(row["weight"]) for row in lines(path) if row["result"] == "changed") / 200
    found = findings(path)
    assert float(found.changed.share) == pytest.approx(by_weight, abs=1e-6)
    assert found.changed.population == 200
    assert found.changed == found.none == found.every
    assert (found.sampled, found.assessed) == (50, 50)
    assert sum(one.population for one in found.strata) == 200
    assert sum(one.read_changed for one in found.strata) == FIRST.count("changed")


def test_what_could_not_be_assessed_lies_between_bounds(fill: Fill):
    seen = ["not_assessable" if i % 10 == 0 else word for i, word in enumerate(FIRST)]
    found = findings(fill(result=seen))
    missing = seen.count("not_assessable")
    assert found.sampled - found.assessed == missing
    assert found.none.share < found.changed.share < found.every.share
    assert float(found.every.share - found.none.share) == pytest.approx(missing / 50, abs=0.01)
    assert any("bounds" in caution for caution in found.cautions)


def test_words_of_people_and_of_runs_are_understood(fill: Fill):
    words = {
        "changed": ["Changed", "yes", "change", "1"],
        "not_changed": ["Not changed", "no", "not-changed", "0"],
    }
    spoken = [words[word][i % 4] for i, word in enumerate(FIRST)]
    assert findings(fill(result=spoken)).changed == findings(fill("b.csv", result=FIRST)).changed


def test_verdicts_of_a_run_are_taken_by_site(fill: Fill, tmp_path: Path):
    path = fill(result=FIRST)
    said = {"changed": "change", "not_changed": "no_visible_change"}
    verdicts = {row["site_id"]: said[row["result"]] for row in lines(path)}
    run = write_judged(tmp_path / "run", {**verdicts, "elsewhere": "change"})
    found = findings(path, results=run)
    assert found.changed == findings(path).changed
    assert set(found.kinds) == {"demolition"}
    assert found.kinds["demolition"] == found.changed


def test_a_run_can_be_held_against_a_person(fill: Fill, tmp_path: Path):
    path = fill(gold=[word if i < 25 else "" for i, word in enumerate(FIRST)])
    wrong = {row["site_id"]: "change" for row in lines(path)}
    for row, truth in list(zip(lines(path), FIRST, strict=True))[5:]:
        wrong[row["site_id"]] = "change" if truth == "changed" else "no_visible_change"
    found = findings(path, Columns(gold="gold"), write_judged(tmp_path / "run", wrong), gold=True)
    truly_not = FIRST[:25].count("not_changed")
    assert float(found.reviewer.specificity.trials) == truly_not
    alarms = FIRST[:5].count("not_changed")
    assert float(found.reviewer.specificity.share) == pytest.approx(
        (truly_not - alarms + 0.5) / (truly_not + 1)
    )
    assert float(found.changed.share) < sum(one.read_changed for one in found.strata) / 50


def test_a_site_that_the_run_did_not_judge_stops_it(fill: Fill, tmp_path: Path):
    path = fill(result=FIRST)
    run = write_judged(tmp_path / "run", {row["site_id"]: "change" for row in lines(path)[1:]})
    with pytest.raises(SurveyError, match="says nothing of 1 sampled sites"):
        findings(path, results=run)


def test_two_reviewers_are_compared_and_a_third_decides(fill: Fill):
    second = list(FIRST)
    second[0], second[1], second[2] = "not_changed", "changed", ""
    decided = [FIRST[0], *[""] * 49]
    path = fill(a=FIRST, b=second, c=decided)
    found = findings(path, Columns(("a", "b"), settled="c"))
    read = [i for i in range(50) if i != 2]
    assert found.two == agreement([FIRST[i] for i in read], [second[i] for i in read])
    assert found.two is not None
    assert (found.two.sites, found.two.agreed) == (49, 47)
    assert found.unsettled == 1
    assert found.assessed == 49
    assert any("differ on 1 sites" in caution for caution in found.cautions)


def test_kinds_are_counted_each_for_itself(fill: Fill):
    kinds = ["burning; demolition" if i % 6 == 0 else "burning" if i % 3 == 0 else "" for i in range(50)]
    found = findings(fill(result=FIRST, kind=kinds))
    assert found.kinds["burning"] == found.changed
    assert 0.3 < float(found.kinds["demolition"].share / found.changed.share) < 0.7
    assert findings(fill("b.csv", result=FIRST)).kinds == {}


def test_a_stratum_that_nobody_could_see_counts_as_like_the_others(fill: Fill, sample: Path):
    seen = [
        "not_assessable" if row["stratum"] == "Turpan" else word
        for row, word in zip(lines(sample), FIRST, strict=True)
    ]
    found = findings(fill(result=seen))
    assert found.changed.population == 200
    assert [one.name for one in found.strata if one.changed is None] == ["Turpan"]
    assert any("'Turpan'" in caution for caution in found.cautions)
    assert float(found.every.high) > float(found.changed.high)


def test_a_validation_that_looked_more_at_changes_is_called_out(fill: Fill):
    gold = [word if word == "changed" or i == 1 else "" for i, word in enumerate(FIRST)]
    found = findings(fill(result=FIRST, gold=gold), Columns(gold="gold"), gold=True)
    assert any("more often or more seldom" in caution for caution in found.cautions)
    fair = [word if i % 2 else "" for i, word in enumerate(FIRST)]
    found = findings(fill("b.csv", result=FIRST, gold=fair), Columns(gold="gold"), gold=True)
    assert not any("more often" in caution for caution in found.cautions)


def test_readings_taken_as_true_are_said_to_be(fill: Fill):
    path, errs = fill(result=FIRST), Reviewer(Rate.known(0.9), Rate.validated(19, 20))
    assert any("taken as true" in caution for caution in findings(path).cautions)
    found = findings(path, reviewer=errs)
    assert found.cautions == ("the specificity rests on 20 validated unchanged sites",)
    assert float(found.changed.half_width) > float(findings(path).changed.half_width)


@pytest.mark.parametrize(
    ("columns", "words", "says"),
    [
        (Columns(), {}, "has no result"),
        (Columns(("answer",)), {}, "no column 'answer'"),
        (Columns(settled="third"), {}, "no column 'third'"),
        (Columns(), {"result": ["perhaps"] * 50}, "result = 'perhaps'"),
        (Columns(), {"result": ["not_assessable"] * 50}, "no site of the sample could be assessed"),
        (Columns(gold="gold"), {"result": FIRST, "gold": ["changed"] * 50}, "truly not changed"),
    ],
)
def test_results_that_say_nothing_are_refused(
    fill: Fill, columns: Columns, words: dict[str, list[str]], says: str
):
    with pytest.raises(SurveyError, match=says):
        findings(fill(**words), columns, gold=columns.gold is not None)


def test_readings_that_no_share_explains_are_refused(fill: Fill):
    errs = Reviewer(Rate.known(0.9), Rate.known(0.6))
    with pytest.raises(SurveyError, match="no share of changed sites"):
        findings(fill(result=["not_changed"] * 50), reviewer=errs)


def test_lines_and_facts_say_the_same(fill: Fill):
    found = findings(fill(result=FIRST, kind=["burning"] * 50))
    text, facts = "\n".join(finding_lines(found)), found.to_dict()
    number, (low, high) = facts["changed"]["sites"], facts["changed"]["sites_interval"]
    assert f"changed: {number:,.0f} sites ({low:,.0f} to {high:,.0f})" in text
    assert "burning: " in text
    for one in facts["strata"]:
        assert f"{one['stratum']} " in text
        assert np.isfinite(one["changed"]["share"])
