"""A last stage trained on runs: what goes in, what comes out, and when it is refused."""

import csv
import json
from pathlib import Path

import pytest
from tests.models.last_stage.conftest import reviewed
from tests.runs.conftest import Write, status

from sitewatch.errors import OutputError, RunError
from sitewatch.evidence import digest
from sitewatch.models.last_stage import LastStage, shipped
from sitewatch.runs.training import train, training_lines, write_stage


def test_reviews_make_a_stage_with_its_figures_and_its_provenance(write_run: Write):
    folders = [write_run(name, reviewed(30, seed, places=3)) for seed, name in enumerate("ab")]
    training = train(folders)
    (lesson,) = training.lessons
    assert (lesson.model, lesson.reviewed, lesson.places) == ("fine", 60, 6)
    assert lesson.after.log_loss < lesson.before.log_loss
    assert lesson.sure.f1 > lesson.everything.f1
    assert training.stage.of("fine").min_confidence == lesson.sure.threshold > 0
    said = training.stage.provenance
    assert [run["reviewed"] for run in said["runs"]] == [30, 30]
    assert said["runs"][0]["changes_sha256"] == digest(folders[0] / "changes.geojson")
    assert (said["scenes_from"], said["scenes_to"]) == ("2020-01-01", "2021-05")
    assert said["figures"]["fine"]["after"]["brier"] == pytest.approx(lesson.after.brier, abs=1e-4)


def test_the_same_reviews_give_the_same_bytes_in_any_order(write_run: Write):
    one, other = (write_run(name, reviewed(20, seed)) for seed, name in enumerate("ab"))
    first = train([one, other]).stage.to_text()
    assert train([other, one]).stage.to_text() == first
    assert train([one, other, one]).stage.to_text() == first


def test_decisions_of_a_file_train_as_those_in_the_run(write_run: Write, tmp_path: Path):
    seen = reviewed(40, 5)
    inside = train([write_run("a", seen)]).stage
    bare = write_run("b", seen, reviewed=False)
    with (tmp_path / "said.csv").open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["id", "status"])
        rows.writerows([f"b-{i}", status(one)] for i, one in enumerate(seen))
    outside = train([bare], [tmp_path / "said.csv"]).stage
    assert outside.of("fine") == inside.of("fine")
    assert outside.provenance["decisions"] == [{"file": "said.csv", "sha256": digest(tmp_path / "said.csv")}]


@pytest.mark.parametrize("number", [0, 1, 9])
def test_too_few_reviews_are_refused_with_their_number(write_run: Write, number: int):
    with pytest.raises(RunError, match=f"fine: {number} reviewed" if number else "no detection") as caught:
        train([write_run("a", reviewed(number, 1))])
    assert "10" in caught.value.needed


def test_reviews_of_one_sort_are_refused(write_run: Write):
    confirmed = [one for one in reviewed(80, 1) if one.confirmed]
    with pytest.raises(RunError, match=f"{len(confirmed)} confirmed and 0 rejected"):
        train([write_run("a", confirmed)])


def test_uncertain_detections_are_left_out(write_run: Write, tmp_path: Path):
    folder = write_run("a", reviewed(40, 5))
    said = tmp_path / "said.json"
    said.write_text(json.dumps({f"a-{i}": "uncertain" for i in range(15)}))
    assert train([folder], [said]).lessons[0].reviewed == 25


def test_a_model_with_too_few_reviews_stays_as_it_was(write_run: Write):
    folders = [write_run("a", reviewed(40, 5)), write_run("b", reviewed(4, 6), model="coarse")]
    training = train(folders)
    assert list(training.stage.models) == ["fine"]
    assert training.stage.of("coarse") == shipped().of("coarse")
    lines = list(training_lines(training))
    assert lines[0].startswith("fine: 40 reviewed detections of 6 sites")
    assert lines[-1].startswith("coarse: left as it was: 4 reviewed")
    assert any("Brier score" in line for line in lines)


def test_a_file_is_not_replaced_unless_told_to(write_run: Write, tmp_path: Path):
    stage, out = train([write_run("a", reviewed(40, 5))]).stage, tmp_path / "new" / "stage.json"
    write_stage(stage, out, overwrite=False)
    assert LastStage.open(out) == stage
    with pytest.raises(OutputError, match="exists"):
        write_stage(stage, out, overwrite=False)
    write_stage(shipped(), out, overwrite=True)
    assert LastStage.open(out) == shipped()
    assert [path.name for path in out.parent.iterdir()] == ["stage.json"]
