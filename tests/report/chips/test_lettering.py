"""Text in many scripts, in lines that fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, features

from sitewatch.report.chips import lettering
from sitewatch.report.chips.lettering import Type, can_set, clean, width, wrap, write

BODY = Type(18)
WORDS = st.text(st.characters(codec="utf-8", max_codepoint=0x9FFF), max_size=200)


@given(WORDS, st.integers(60, 400))
def test_no_line_is_wider_than_asked_and_no_letter_is_lost(text: str, most: int):
    lines = wrap(text, BODY, most)
    assert all(width(line, BODY) <= most + 0.01 or len(line) == 1 for line in lines)
    assert "".join(lines).replace(" ", "") == clean(text).replace(" ", "")


def test_a_word_longer_than_a_line_is_cut():
    lines = wrap("Product: " + "X" * 200, BODY, 200)
    assert len(lines) > 5
    assert "".join(lines).replace(" ", "") == "Product:" + "X" * 200


def test_control_characters_and_turns_of_direction_are_taken_out():
    assert clean("a\x00b \u202eevil\u202c\n\tc") == "ab evil c"


def test_a_no_break_space_holds_a_number_and_its_unit_together():
    assert wrap("aaa 0.5\N{NO-BREAK SPACE}m", BODY, width("aaa 0.5", BODY) + 1)[0] == "aaa"


@pytest.mark.parametrize(
    "name",
    ["Çukurca", "Щёлково", "Ελλάδα", "Հայաստան", "საქართველო", "墨玉县", "東京", "서울", "m² 0.5 µm 21°"],
)
def test_scripts_that_need_no_shaping_are_set_everywhere(name: str):
    assert can_set(name)
    assert width(name, BODY) > 0


@pytest.mark.skipif(not features.check("raqm"), reason="this machine's Pillow finds no FriBiDi")
@pytest.mark.parametrize("name", ["خوتەن ۋىلايىتى", "မောင်တော", "রাখাইন", "कश्मीर", "ירושלים"])
def test_scripts_that_need_shaping_are_set_where_that_can_be_done(name: str):
    assert can_set(name)
    assert width(name, BODY) > 0


@pytest.mark.skipif(not features.check("raqm"), reason="this machine's Pillow finds no FriBiDi")
@pytest.mark.parametrize("name", ["خوتەن ۋىلايىتى", "မောင်တော", "রাখাইন", "कश्मीर"])
def test_letters_that_join_are_joined(name: str):
    assert width(name, BODY) != pytest.approx(sum(width(letter, BODY) for letter in name), abs=0.5)


def test_without_shaping_such_a_name_is_refused_rather_than_set_wrongly(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(features, "check", lambda name: name != "raqm")
    for cached in (lettering._font_of, lettering._unset):
        cached.cache_clear()
    try:
        assert not can_set("مدينة")
        assert can_set("Medina")
        assert can_set("墨玉县")
    finally:
        for cached in (lettering._font_of, lettering._unset):
            cached.cache_clear()


def test_a_letter_that_no_font_has_is_refused():
    assert not can_set("\N{OLD PERSIAN SIGN A}")


def test_two_words_of_one_right_to_left_script_stay_in_one_run():
    if not features.check("raqm"):
        pytest.skip("this machine's Pillow finds no FriBiDi")
    runs = lettering._runs("Site: خوتەن ۋىلايىتى (1)")
    assert [run.shaped for run in runs] == [False, True, False]
    assert runs[1].text == "خوتەن ۋىلايىتى"


def test_text_stands_on_its_baseline_and_is_as_wide_as_measured():
    sheet = Image.new("L", (400, 60), 255)
    write(ImageDraw.Draw(sheet), (10, 40), "HHH墨玉HHH", BODY, ink="black")
    left, top, right, bottom = Image.eval(sheet, lambda value: 255 - value).getbbox()
    assert bottom in range(40, 44)
    assert top > 40 - 1.2 * 18
    assert right - left == pytest.approx(width("HHH墨玉HHH", BODY), abs=4)
