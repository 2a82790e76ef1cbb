"""``sitewatch survey``: planned, drawn, filled and estimated from the command line."""

import csv
import json
from pathlib import Path

import pytest
from tests.runs.survey.conftest import Fill, lines, write_judged
from tests.runs.survey.conftest import fill as fill
from tests.runs.survey.conftest import register as register
from tests.runs.survey.conftest import sample as sample

from sitewatch.cli import run

PLAN = ["survey", "plan", "--population", "24000", "--share", "0.352"]


def refused(words: list[str], capsys: pytest.CaptureFixture[str], code: int = 1) -> str:
    """Run what must fail, and return the one line it says."""
    assert run(words) == code
    said = capsys.readouterr()
    assert said.out == ""
    if code == 1:
        assert said.err.startswith("error: ")
        assert said.err.count("\n") == 1
        assert said.err.count("; ") >= 2
    return said.err


def test_a_published_margin_is_redone(capsys: pytest.CaptureFixture[str]):
    assert run([*PLAN, "--half-width", "0.04"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("533 of 24,000 sites\n")
    assert "4.00 points" in told
    assert "11.4% of the number" in told
    assert told.count("assumed: ") == 4
    assert run([*PLAN, "--size", "533", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["sample"] == 533
    assert facts["half_width"] == pytest.approx(0.04, abs=0.0002)
    assert facts["relative_half_width"] == pytest.approx(0.04 / 0.352, abs=0.001)


def test_from_a_plan_to_a_number(register: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    table, plan, sample = (tmp_path / name for name in ("strata.csv", "plan.csv", "drawn.csv"))
    table.write_text("stratum,population,share\nHotan,60,0.5\nKashgar,120,0.3\nTurpan,20,0.05\n")
    wish = [
        "--half-width",
        "0.08",
        "--allocation",
        "neyman",
        "--sensitivity",
        "0.95",
        "--specificity",
        "190/200",
    ]
    assert run(["survey", "plan", str(table), *wish, "--out", str(plan)]) == 0
    assert f"draw with --plan {plan}" in capsys.readouterr().out
    wanted = {row["stratum"]: int(row["sample"]) for row in lines(plan)}
    draw = ["survey", "draw", str(register), "--by", "prefecture", "--plan", str(plan), "--seed", "2020"]
    assert run([*draw, "--out", str(sample), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert {name: one["sample"] for name, one in facts["strata"].items()} == wanted
    rows = lines(sample)
    for i, row in enumerate(rows):
        row["result"] = "changed" if i % 3 == 0 else "not_changed"
    with sample.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert run(["survey", "estimate", str(sample), "--sensitivity", "0.95", "--specificity", "190/200"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("of 200 sites, with intervals at a level of 0.95\nchanged: ")
    assert "validated on 200 sites" in told


def test_a_sample_of_the_workspace(register: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    home = str(tmp_path / "home")
    assert run(["init", home]) == 0
    assert run(["sites", "add", str(register), "--workspace", home]) == 0
    out = tmp_path / "of-home.geojson"
    words = ["survey", "draw", "--workspace", home, "--size", "12", "--by", "Prefecture", "--out", str(out)]
    assert run(words) == 0
    assert "12 sites drawn with seed 0" in capsys.readouterr().out
    assert len(json.loads(out.read_text("utf-8"))["features"]) == 12


def test_two_reviewers_gold_and_kinds(fill: Fill, capsys: pytest.CaptureFixture[str]):
    truth = ["changed" if i % 3 == 0 else "not_changed" for i in range(50)]
    second = ["not_changed" if i % 10 == 0 else word for i, word in enumerate(truth)]
    path = str(fill(a=truth, b=second, gold=truth, how=["burning"] * 50))
    words = ["survey", "estimate", path, "--result", "a", "--result", "b", "--settled", "a", "--kind", "how"]
    assert run(words) == 0
    told = capsys.readouterr().out
    assert "two reviewers: 50 sites read by both, 4.0% answered differently; kappa" in told
    assert "burning: " in told
    assert run(["survey", "estimate", path, "--result", "b", "--gold", "gold", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["reviewer"]["sensitivity"]["validated_on"] == truth.count("changed")
    assert facts["changed"]["share"] == pytest.approx(truth.count("changed") / 50, abs=0.03)
    assert facts["agreement"] is None


def test_verdicts_of_a_run_and_another_level(fill: Fill, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = fill()
    run_folder = write_judged(tmp_path / "run", {row["site_id"]: "no_visible_change" for row in lines(path)})
    widths = []
    for level in ("0.8", "0.95"):
        words = ["survey", "estimate", str(path), "--results", str(run_folder), "--level", level, "--json"]
        assert run(words) == 0
        facts = json.loads(capsys.readouterr().out)
        assert facts["changed"]["sites"] == 0
        widths.append(facts["changed"]["sites_interval"][1])
    assert 0 < widths[0] < widths[1]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--size", "30000"], "24000 can be drawn"),
        (["--half-width", "0.001", "--specificity", "90/100"], "reading all 24000 sites"),
        (["--size", "100", "--sensitivity", "0.4", "--specificity", "0.5"], "say nothing"),
        (["--size", "100", "--out", "plan.txt"], "a name in .csv"),
    ],
)
def test_plans_that_cannot_be(words: list[str], says: str, capsys: pytest.CaptureFixture[str]):
    assert says in refused([*PLAN, *words], capsys)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("stratum,population,share\n", "holds no stratum"),
        ("stratum,population,share\nA,10,0.5\nA,20,0.5\n", "twice"),
        ("stratum,population,share\n,10,0.5\n", "without a stratum"),
        ("stratum,population,share\nA,ten,0.5\n", "population = 'ten'"),
        ("stratum,population,share\nA,0,0.5\n", "out of range"),
        ("stratum,population,share\nA,10,50\n", "share = '50'"),
        ("stratum,population\nA,10\n", "share = ''"),
        ("", "empty"),
    ],
)
def test_tables_of_strata_that_cannot_be(
    text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "strata.csv").write_text(text)
    assert says in refused(["survey", "plan", str(tmp_path / "strata.csv"), "--size", "4"], capsys)


@pytest.mark.parametrize(
    "words",
    [
        [*PLAN],
        [*PLAN, "--size", "9", "--half-width", "0.1"],
        ["survey", "plan", "--size", "9"],
        ["survey", "plan", "--population", "100", "--size", "9"],
        [*PLAN, "--size", "9", "--sensitivity", "most"],
        [*PLAN, "--size", "9", "--sensitivity", "51/50"],
        [*PLAN, "--size", "9", "--level", "95"],
        ["survey", "draw", "--size", "9"],
        ["survey", "draw", "--out", "x.csv"],
        ["survey", "estimate", "no-such.csv"],
        ["survey"],
    ],
)
def test_wrong_usage_is_two(words: list[str], capsys: pytest.CaptureFixture[str]):
    assert "Usage:" in refused(words, capsys, code=2)


def test_wrong_usage_of_an_estimate_is_two(sample: Path, capsys: pytest.CaptureFixture[str]):
    words = ["survey", "estimate", str(sample)]
    assert "twice for two reviewers" in refused([*words, *["--result", "result"] * 3], capsys, code=2)
    assert "either --gold or" in refused([*words, "--gold", "result", "--sensitivity", "1"], capsys, code=2)


def test_draws_that_cannot_be_leave_nothing(
    register: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    out = tmp_path / "drawn.csv"
    words = ["survey", "draw", str(register), "--out", str(out)]
    assert "200 can be drawn" in refused([*words, "--size", "201"], capsys)
    assert "6 (2 of each stratum)" in refused([*words, "--size", "5", "--by", "prefecture"], capsys)
    assert "has no 'county'" in refused([*words, "--size", "9", "--by", "county"], capsys)
    bad = tmp_path / "bad.csv"
    bad.write_text("id,name\na,b\n")
    assert "lon and lat" in refused(["survey", "draw", str(bad), "--size", "1", "--out", str(out)], capsys)
    assert "no aois/" in refused(
        ["survey", "draw", "--workspace", str(tmp_path), "--size", "1", "--out", str(out)], capsys
    )
    assert not out.exists()
    out.write_text("mine")
    assert "exists" in refused([*words, "--size", "9"], capsys)
    assert out.read_text() == "mine"


def test_an_estimate_of_what_was_not_filled_is_one_line(
    sample: Path, register: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert "has no result" in refused(["survey", "estimate", str(sample)], capsys)
    assert "no readable stratum" in refused(["survey", "estimate", str(register)], capsys)
    results = ["survey", "estimate", str(sample), "--results"]
    assert "is not a run folder" in refused([*results, str(tmp_path)], capsys)
    assert "says nothing of 50 sampled" in refused([*results, str(strangers(tmp_path))], capsys)


def strangers(folder: Path) -> Path:
    """Write results of sites that nobody drew."""
    path = folder / "results.csv"
    path.write_text("site_id,result\nx,changed\n")
    return path
