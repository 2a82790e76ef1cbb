"""From GeoJSON to words."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sitewatch.report.page.contents import change_card, site_cards

Make = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "chips").mkdir()
    return tmp_path


def test_changes_stand_under_their_sites_surest_first(site: Make, found: Make, folder: Path):
    changes = [
        found("c1", "b", confidence=0.3),
        found("c2", "a"),
        found("c3", "b", confidence=0.9),
        found("c4", "b", confidence=None),
    ]
    cards = site_cards([site("a"), site("b")], changes, {}, folder)
    assert [[change.id for change in card.changes] for card in cards] == [["c2"], ["c3", "c1", "c4"]]
    assert [change.number for change in cards[1].changes] == [2, 0, 3]


def test_changes_of_no_site_have_a_card_of_their_own(site: Make, found: Make, folder: Path):
    cards = site_cards([site("a")], [found("c1", None), found("c2", "gone")], {}, folder)
    assert [(card.name, card.verdict, len(card.changes)) for card in cards] == [
        ("Place a", "change", 0),
        ("Outside the listed sites", "", 2),
    ]


def test_a_run_without_sites_is_about_the_overlap(found: Make, folder: Path):
    cards = site_cards([], [found("c1", None)], {}, folder)
    assert [(card.name, len(card.changes)) for card in cards] == [("The overlap of the two scenes", 1)]
    empty = site_cards([], [], {}, folder)
    assert empty[0].reason == "No change was reported. That is no proof that nothing happened."


def test_a_site_is_put_into_words(site: Make, folder: Path):
    card = site_cards([site("a")], [], {"pairs": [{"site": "a", "cautions": ["Other season."]}]}, folder)[0]
    assert card.verdict_title == "Change"
    assert card.category == "ground station"
    assert card.cautions == ("Other season.",)
    assert dict(card.facts) == {
        "Usable on both dates": "97 %",
        "Changed": "demolition 1,240 m²",
        "Smallest detectable": "demolition 60 m²",
        "Last seen unchanged": "2017-08-25",
        "First seen changed": "2017-09-16",
        "p-value": "0.0031",
        "Compared with": "other places in the same scenes",
    }
    assert [line.date for line in card.scenes] == ["2017-08-25 04:31:07 UTC", "date not stated"]
    assert card.scenes[0].sensor == "Sentinel-2 MSI"
    assert card.scenes[1].sensor == "sensor not stated"
    assert (card.scenes[1].credit, card.scenes[1].licence) == ("credit not stated", "licence not stated")


def test_a_verdict_that_nobody_knows_says_nothing(site: Make, folder: Path):
    assert site_cards([site("a", "maybe")], [], {}, folder)[0].verdict == "not_assessable"


def test_scenes_may_be_ids_or_missing(site: Make, folder: Path):
    cards = site_cards(
        [site("a", before="S2A_X", after=None), site("b", before=None, after=None)], [], {}, folder
    )
    assert [line.date for line in cards[0].scenes] == ["date not stated"]
    assert cards[1].scenes == ()


def test_a_change_is_put_into_words(found: Make, folder: Path):
    (folder / "chips" / "c1.png").write_bytes(b"")
    card = change_card(7, found("c1", georeference="approximate"), folder)
    assert (card.title, card.word) == ("Demolition, 1,240 m²", "likely (72 %)")
    assert card.definition == "likely = 55 to 80 % on the scale of US ICD 203"
    assert card.probabilities == "demolition 0.72, other 0.28"
    assert card.evidence == (("d_nbr", "0.412"), ("shift_px", "not worked out px"))
    assert [(rival.name, rival.stance, rival.measured) for rival in card.rivals] == [
        ("shift", "speaks against it", "0.3 px"),
        ("season", "not checked", ""),
    ]
    assert (card.chip, card.stem, card.approximate, card.review) == (
        "chips/c1.png",
        "chips/c1",
        True,
        "unreviewed",
    )


@pytest.mark.parametrize(
    "name",
    ["javascript:alert(1)", "../c1.png", "chips/../../c1.png", "https://x.org/c1.png", "chips/.png", None, 3],
)
def test_nothing_but_a_chip_of_the_run_becomes_a_link(found: Make, folder: Path, name: object):
    (folder / "c1.png").write_bytes(b"")
    assert change_card(0, found("c1", chip=name), folder).chip is None


def test_a_chip_that_is_not_there_is_not_shown(found: Make, folder: Path):
    assert change_card(0, found("c1"), folder).chip is None


def test_a_change_with_hardly_anything_said_is_still_a_card(folder: Path):
    card = change_card(0, {"geometry": None, "properties": {"id": "x", "kind": "flood"}}, folder)
    assert (card.kind, card.title, card.word) == (
        "other",
        "Other change, area unknown",
        "confidence not worked out",
    )
    assert card.confidence == -1
