"""Names, paths, digests and products in texts, however they are written or wrapped."""

import pytest

from sitewatch.evidence.identifiers import WITHHELD, Identifiers, Names, Positions, labels

NAMES = Names({"Tula Toli": "Site A", "Maungdaw": "Site B", "North Maungdaw": "Site C", "Ñandú": "Name A"})
SECRET = Identifiers(
    Positions([(92.3127, 21.0486)]), NAMES, ["S2-scene-7", "ann@desk", "x"], allowed=["a" * 64]
)


def kinds(text: str) -> set[str]:
    return {kind for kind, _ in SECRET.found_in(text)}


@pytest.mark.parametrize(
    "text",
    [
        "Tula Toli", "TULA TOLI", "tula-toli", "tula_toli_20170925", "tulatoli", "Tula\u00a0Toli",
        "(Maungdaw)", "maungdaw2", "Tula&nbsp;Toli", "T&#117;la Toli", "Tula%20Toli",
        "\\u0054ula Toli", "<b>Tu</b>la Toli", "Nandu", "N\u0303andu\u0301",
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_is_written(text: str):
    assert kinds(text) == {"name"}


@pytest.mark.parametrize("text", ["Tulatolia", "unmaungdawed", "Tula", "nothing"])
def test_parts_of_other_words_are_no_names(text: str):
    assert kinds(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "read /home/ann/scenes/a.tif", "in /work/x/", "C:\\Users\\ann\\a.tif", "C:/Users/ann",
        "\\\\nas\\share\\a",
        "file:///a/b", "/vsizip/a.zip/b", "s3://bucket/key", "~/scenes", '"href": "/data/scene.tif"',
    ],
)  # fmt: skip
def test_a_path_is_found(text: str):
    assert "path" in kinds(text)


@pytest.mark.parametrize(
    "text", ["km/h and m/s", "and/or", "https://example.org/a/b", "</b></i>", "1/2", "a / b"]
)
def test_what_is_no_path_is_left_alone(text: str):
    assert kinds(text) == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("b" * 64, "digest"),
        ("S2A_MSIL2A_20170925T042701_N0205_R133_T46QCJ_20170925T043515", "product"),
        ("LC08_L2SP_136045_20170925_20200903_02_T1", "product"),
        ("20220105_034512_35_2413_3B", "product"),
        ("from s2-scene-7.tif", "token"),
        ("by Ann@Desk", "token"),
    ],
)
def test_what_identifies_a_scene_or_a_person_is_found(text: str, kind: str):
    assert kind in kinds(text)


@pytest.mark.parametrize("text", ["21,0486; 92,3127", "21,0486 N"])
def test_decimal_commas_hide_no_position(text: str):
    assert kinds(text) == {"position"}
    assert kinds(SECRET.withheld(text)) == set()


def test_allowed_digests_may_stand():
    assert kinds("a" * 64) == set()


def test_a_text_that_was_cleaned_holds_nothing_and_keeps_the_rest():
    text = (
        f"At Tula Toli (21.0486, 92.3127), TULA-TOLI in /home/ann/a.tif, seen by ann@desk, {'b' * 64}: "
        "3 houses burned. North Maungdaw is not Maungdaw."
    )
    clean = SECRET.withheld(text)
    assert SECRET.found_in(clean) == []
    assert clean.startswith(f"At Site A ({WITHHELD}), Site A in {WITHHELD}, seen by {WITHHELD}, {WITHHELD}: ")
    assert clean.endswith("3 houses burned. Site C is not Site B.")


def test_labels_never_end():
    made = labels("Site")
    first = [next(made) for _ in range(703)]
    assert [first[n] for n in (0, 25, 26, 27, 701, 702)] == [
        "Site A", "Site Z", "Site AA", "Site AB", "Site ZZ", "Site AAA",
    ]  # fmt: skip
    assert len(set(first)) == 703
