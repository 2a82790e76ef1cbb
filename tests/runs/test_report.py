"""Reports of a real run folder: what gets a page, what it says, and that the run stays as it is."""

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from tests.drawn_run import drawn_run

import sitewatch as sw
from sitewatch.errors import OutputError, SceneError
from sitewatch.evidence import Decision, Log, check_manifest, digest
from sitewatch.report.chips import ChipStyle
from sitewatch.report.credit import Statements
from sitewatch.report.document import report_bytes
from sitewatch.runs.chips import Wanted, draw_chips
from sitewatch.runs.report import Reported, report, write_report
from sitewatch.settings import Settings

MINE = Statements({"all": "© Nobody"}, {"all": "CC0-1.0"})
NAME = "Ashby <script>alert(1)</script>"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> sw.Run:
    folder = tmp_path_factory.mktemp("site")
    return drawn_run(folder, name=NAME, told=False)


@pytest.fixture
def run(made: sw.Run) -> Iterator[sw.Run]:
    """Give the run without any decision, and take those away that a test made."""
    yield made
    Log.of(made.path).chain.path.unlink(missing_ok=True)


def decide(run: sw.Run, change_id: str, status: str) -> None:
    Log.of(run.path).write(
        Decision.model_validate(
            {"change_id": change_id, "reviewer": "r", "status": status, "at": dt.datetime.now(dt.UTC)}
        )
    )


def test_a_scene_without_credit_is_refused(run: sw.Run):
    decide(run, run.changes["id"].iloc[0], "confirmed")
    with pytest.raises(SceneError, match="has no credit"):
        report(run)


def test_the_title_page_names_run_version_and_the_manifest_s_digest(run: sw.Run):
    document = report(run, Reported(title="My <b>report</b>"), said=MINE)
    facts = dict(document.facts)
    assert facts["Run"] == run.info["run_id"]
    assert sw.__version__ in facts["Made by"]
    assert facts["SHA-256 of the run's manifest"] == digest(run.path / "MANIFEST.sha256")
    assert facts["Decisions"] == "none yet"
    assert document.title == "My <b>report</b>"


def test_what_is_confirmed_is_shown_and_nothing_else(run: sw.Run):
    ids = list(run.changes["id"])
    assert report(run, Reported(confirmed=True), said=MINE).pages == ()
    decide(run, ids[0], "confirmed")
    document = report(run, Reported(confirmed=True), said=MINE)
    (page,) = document.pages
    assert page.name == NAME
    assert [figure.number for figure in (page.map, *page.figures)] == [1, 2]
    assert ids[0] in page.figures[0].title
    assert "confirmed by 1 reviewer" in page.figures[0].caption
    assert document.summary[0].figures == "1 to 2"
    assert dict(document.facts)["Decisions"].startswith("1; SHA-256 of the last: ")


def test_changes_of_an_overlap_belong_to_the_sites_that_they_touch(made: sw.Run, tmp_path: Path):
    source = made.path.parent
    run = sw.compare(
        source / "before.tif",
        source / "after.tif",
        aoi=source / "sites.geojson",
        settings=Settings.model_validate({"objects": {"min_score": 0.02, "min_area_m2": 4}}),
        out=tmp_path / "run",
    )
    assert set(run.changes["site_id"]) == {None}
    ground = run.sites.geometry.iloc[0]
    inside = set(run.changes["id"][run.changes.intersects(ground)])
    assert inside
    decide(run, min(inside), "confirmed")
    document = report(run, said=MINE)
    page = document.pages[0]
    assert page.name == NAME
    told = {change for change in run.changes["id"] if any(change in figure.title for figure in page.figures)}
    assert told
    assert told <= inside
    outside = len(run.changes) - len(inside)
    assert [row.site for row in document.summary] == [
        NAME,
        *(["Elsewhere in the two scenes"] * bool(outside)),
    ]
    assert document.title == "Changes at 1 site"
    drawn = draw_chips(run, Wanted(site="ashby"), style=ChipStyle(dpi=72), out=tmp_path / "chips", said=MINE)
    assert set(drawn) == inside


def test_what_was_rejected_is_counted_and_not_shown(run: sw.Run):
    ids = list(run.changes["id"])
    decide(run, ids[0], "confirmed")
    for one in ids[1:]:
        decide(run, one, "rejected")
    (page,) = report(run, said=MINE).pages
    assert len(page.figures) == 1
    said = " ".join(page.passages[0].paragraphs)
    assert len(ids) == 1 or f"{len(ids) - 1} detection" in said


def test_a_site_without_a_page_is_in_the_table_with_its_reason(run: sw.Run):
    document = report(run, Reported(confirmed=True), said=MINE)
    (row,) = document.summary
    assert (row.site, row.figures) == (NAME, "none")
    assert row.reason


def test_credit_is_in_every_picture_caption_table_and_list(run: sw.Run):
    decide(run, run.changes["id"].iloc[0], "confirmed")
    document = report(run, said=MINE)
    stated = "© Nobody (credit stated by the user)"
    (page,) = document.pages
    for figure in (page.map, *page.figures):
        assert any(stated in line for line in figure.credits)
        with Image.open(io.BytesIO(figure.picture.data)) as image:
            assert stated in image.info["xmp"].decode()
        assert figure.picture.alt
    assert all(stated in scene.credit for scene in page.scenes)
    assert len(document.credits) == 2
    assert all(stated in line for line in document.credits)


def test_no_figures_are_drawn_beyond_the_most(run: sw.Run):
    decide(run, run.changes["id"].iloc[0], "confirmed")
    (page,) = report(run, Reported(most=0), said=MINE).pages
    assert page.figures == ()
    assert "without a figure" in " ".join(page.passages[0].paragraphs)


def test_reports_are_written_beside_the_run_which_stays_as_it_is(run: sw.Run, tmp_path: Path):
    decide(run, run.changes["id"].iloc[0], "confirmed")
    document = report(run, said=MINE)
    write_report(tmp_path / "new/report.html", report_bytes(document, "html"))
    assert (tmp_path / "new/report.html").read_bytes() == report_bytes(document, "html")
    assert check_manifest(run.path) == []
    assert not list((tmp_path / "new").glob("*.partial"))


def test_a_file_that_cannot_be_written_is_an_error_of_one_line(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="could not be written"):
        write_report(tmp_path / "file" / "report.html", b"x")
