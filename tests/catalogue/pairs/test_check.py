"""Two scenes that cannot be compared are refused; what speaks against two that can is said with numbers."""

from collections.abc import Callable
from typing import Any

import pytest

from sitewatch.catalogue.pairs import check_pair
from sitewatch.errors import PairError
from sitewatch.records import Scene

MakeScene = Callable[..., Scene]


def test_a_good_pair_has_no_cautions(make_scene: MakeScene) -> None:
    before = make_scene("a", "2016-08-20T04:30:00", sun_azimuth=80, off_nadir=3)
    after = make_scene("b", "2017-08-24T04:31:00", sun_azimuth=85, off_nadir=5)
    assert check_pair(before, after) == ()


def test_swapped_in_time(make_scene: MakeScene) -> None:
    with pytest.raises(PairError) as caught:
        check_pair(make_scene("late", "2018-01-01", date_precision="day"), make_scene("early", "2017-06-01"))
    assert caught.value.found == (
        "the before scene late (2018-01-01) was taken after the after scene early (2017-06-01 00:00 UTC)"
    )
    assert caught.value.do == "swap the two"


def test_the_same_scene_twice_by_file_or_by_digest(make_scene: MakeScene) -> None:
    scene = make_scene("a")
    with pytest.raises(PairError, match="are the same scene"):
        check_pair(scene, scene)
    copy = make_scene("copy", "2018-08-01T04:30:00", sha256="ab")
    with pytest.raises(PairError, match="are the same scene"):
        check_pair(make_scene("b", sha256="ab"), copy)
    # Two files of one name in two folders are two scenes.
    check_pair(make_scene("c", sha256="cd"), make_scene("c", "2018-08-01T04:30:00", sha256="ef"))


def test_units_of_one_sensor_must_match(make_scene: MakeScene) -> None:
    before, after = make_scene("a"), make_scene("b", "2018-08-01T04:30:00", units="reflectance")
    with pytest.raises(PairError, match="digital numbers and b holds reflectance of the same sensor"):
        check_pair(before, after)
    other = make_scene("b", "2018-08-01T04:30:00", units="reflectance", sensor="sentinel-2-msi")
    assert "a holds digital numbers, b reflectance: only relative values compare" in check_pair(before, other)
    unknown = [
        make_scene("a", sensor="unknown"),
        make_scene("b", "2018-08-01", units="reflectance", sensor="unknown"),
    ]
    assert any("only relative values" in caution for caution in check_pair(*unknown))


def test_no_band_in_common(make_scene: MakeScene) -> None:
    with pytest.raises(PairError, match="a has the bands pan and b has red, green, blue, nir"):
        check_pair(make_scene("a", bands=("pan",)), make_scene("b", "2018-08-01"))


@pytest.mark.parametrize(
    ("before", "after", "caution"),
    [
        ({"date": None}, {}, "a has no date: season, sun and the order in time could not be checked"),
        ({"date": "2018-01-01", "date_precision": "year"}, {}, "do not say which scene came first"),
        ({"date": "2017-01-01", "date_precision": "year"}, {}, "the season could not be checked"),
        ({"date": "2018-02-05"}, {}, "177 days apart in the season"),
        ({"sun_azimuth": 350}, {"sun_azimuth": 45}, "the sun stood 55 degrees further round"),
        ({"gsd": 30.0}, {}, "pixels are 30 m before and 10 m after"),
        ({"gsd": 2.0, "off_nadir": 31}, {}, "a was taken 31 degrees off nadir"),
        ({"sensor": "sentinel-2-msi"}, {}, "the sensors differ (sentinel-2-msi and planetscope)"),
        ({"bands": ("blue", "green", "red")}, {}, "only 3 of 4 bands are in both scenes (blue, green, red)"),
        ({}, {"georeference": "approximate"}, "the position of b is approximate"),
    ],
)
def test_cautions(make_scene: MakeScene, before: dict[str, Any], after: dict[str, Any], caution: str) -> None:
    first = make_scene("a", **{"date": "2017-08-01", **before})
    second = make_scene("b", **{"date": "2018-08-01", **after})
    assert any(caution in sentence for sentence in check_pair(first, second))


def test_lean_does_not_matter_where_pixels_are_large(make_scene: MakeScene) -> None:
    assert check_pair(make_scene("a", off_nadir=31), make_scene("b", "2018-08-01T04:30:00")) == ()
