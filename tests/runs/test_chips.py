"""Figures of a run say for which site it was made, also when they are drawn again."""

from pathlib import Path

import pytest
from PIL import Image
from shapely.geometry import mapping
from tests.drawn_run import drawn_run

import sitewatch as sw
from sitewatch.errors import OutputError, RunError, SceneError
from sitewatch.evidence import Decision, Log, check_manifest
from sitewatch.evidence.decisions import now
from sitewatch.report.credit import Statements
from sitewatch.runs.chips import Wanted, chips_folder, draw_chips

MINE = Statements({"all": "nobody's"}, {"all": "CC0-1.0"})


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> sw.Run:
    folder = tmp_path_factory.mktemp("site")
    return drawn_run(folder, name="Ashby", told=False)


def said(path: Path) -> str:
    """Return which site a figure names in its metadata."""
    with Image.open(path) as image:
        image.load()
        return str(getattr(image, "text", {}).get("sitewatch:site"))


def test_figures_name_the_site(run: sw.Run):
    chips = [name for name in run.changes["chip"] if name is not None]
    assert chips
    assert {said(run.path / name) for name in chips} == {"ashby"}


def test_figures_are_drawn_again_beside_the_run_which_stays_as_it_is(run: sw.Run):
    sealed = {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}
    names = draw_chips(run, Wanted(most=1), said=MINE)
    folder = chips_folder(run)
    assert folder.parent == run.path.parent
    assert [said(folder / name) for each in names.values() for name in each] == ["ashby"]
    assert sealed == {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}
    assert check_manifest(run.path) == []


@pytest.mark.parametrize("inside", [".", "chips", "chips/again"])
def test_nothing_is_written_into_a_run(run: sw.Run, inside: str):
    with pytest.raises(OutputError, match="sealed"):
        draw_chips(run, Wanted(most=1), out=run.path / inside, said=MINE)


def test_a_scene_without_credit_is_refused_before_anything_is_drawn(run: sw.Run, tmp_path: Path):
    with pytest.raises(SceneError, match="has no credit"):
        draw_chips(run, out=tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_what_the_user_states_is_in_picture_and_caption_as_stated_by_the_user(run: sw.Run, tmp_path: Path):
    names = draw_chips(run, Wanted(most=1), out=tmp_path, said=MINE)
    (change,) = names
    caption = (tmp_path / f"{change}.txt").read_text("utf-8")
    assert caption.startswith("Figure 1. ")
    assert "Credit: nobody's (credit stated by the user). Licence: CC0-1.0 (licence stated" in caption
    with Image.open(tmp_path / f"{change}.png") as image:
        assert "nobody's (credit stated by the user)" in image.text["Copyright"]


def decide(run: sw.Run, change_id: str, reviewer: str, **more: object) -> None:
    Log.of(run.path).write(
        Decision(change_id=change_id, reviewer=reviewer, status="confirmed", at=now(), **more)
    )


def test_confirmed_changes_are_drawn_as_they_were_decided(run: sw.Run, tmp_path: Path):
    ids = list(run.changes["id"])
    with pytest.raises(RunError, match="0 confirmed"):
        draw_chips(run, Wanted(confirmed=True), out=tmp_path, said=MINE)
    outline = mapping(run.changes.geometry.iloc[0].buffer(1e-5))
    for reviewer in ("first", "second"):
        decide(run, ids[0], reviewer, kind="burning", geometry=outline)
    try:
        names = draw_chips(run, Wanted(confirmed=True), out=tmp_path, said=MINE)
        assert list(names) == [ids[0]]
        text = (tmp_path / f"{ids[0]}.txt").read_text("utf-8")
        assert "confirmed by 2 reviewers. Not field validated." in text
        assert "Figure 1. Burning, " in text
        assert "from construction to burning" in text or run.changes["kind"].iloc[0] == "burning"
        assert "Its outline was redrawn in review." in text
        assert check_manifest(run.path) == []
    finally:
        Log.of(run.path).chain.path.unlink()
