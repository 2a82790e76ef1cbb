"""Rivals turn with their measurements, sentences hold the numbers, and what was not measured is said."""

import datetime as dt
import math
from dataclasses import replace

import pytest
from affine import Affine
from odc.geo.geobox import GeoBox

from sitewatch.kernels.parallax import Direction, Moved
from sitewatch.kernels.trend import Trend
from sitewatch.pipeline.explain import Situation, evidence, reasons, rivals
from sitewatch.pipeline.leaning import Leaning
from sitewatch.pipeline.measure import Measured
from sitewatch.records import Pair, Rival, Scene, View

GRID = GeoBox((10, 10), Affine(10, 0, 500_000, 0, -10, 4_000_000), "EPSG:32631")
BEFORE = Scene("b", (), GRID, 10.0, dt.datetime(2020, 3, 1, tzinfo=dt.UTC), sensor="sentinel-2-msi")
AFTER = replace(BEFORE, id="a", datetime=dt.datetime(2021, 3, 11, tzinfo=dt.UTC))
PAIR = Pair(
    replace(BEFORE, view=View(sun_azimuth=150, off_nadir=3)),
    replace(AFTER, view=View(sun_azimuth=155, off_nadir=5)),
)
LAYERS = {
    "brightness": Measured(0.10, 0.15, 0.10, 0.10),
    "ndvi": Measured(0.60, 0.20, 0.55, 0.56),
    "nbr": Measured(0.40, 0.10, 0.40, 0.41),
    "texture": Measured(0.05, 0.12, 0.05, 0.05),
    "blueness": Measured(0.40, 0.41, 0.40, 0.40),
    "swir16": Measured(0.20, 0.22, 0.20, 0.20),
    "noise": Measured(8.0, 8.0, 0.9, 0.9),
    "edges": Measured(0.02, 0.05, 0.02, 0.02),
    "right_angles": Measured(0.10, 0.30, 0.10, 0.10),
    "contrast": Measured(0.03, 0.06, 0.03, 0.03),
    "building": Measured(0.02, 0.30, 0.02, 0.02),
    "cast_shadow": Measured(0.10, 0.40, 0.10, 0.10),
    "pattern": Measured(0.20, 0.20, 0.90, 0.90),
    "difference": Measured(7.0, 7.0, 0.5, 0.5),
    "apart": Measured(6.0, 6.0, 0.7, 0.7),
}


def situation(pair: Pair = PAIR, **layers: Measured) -> Situation:
    return Situation("construction", {**LAYERS, **layers}, 1.0, 0.2, 9.0, pair)


def rival(found: Situation, name: str) -> Rival:
    return next(one for one in rivals(found) if one.name == name)


def test_reasons_hold_what_was_measured():
    said = " ".join(reasons(situation()))
    for words in ("50% brighter", "from 0.60 to 0.20", "12%", "8.0 standard deviations"):
        assert words in said


def test_evidence_has_names_units_and_signs():
    found = evidence(situation())
    assert found["d_ndvi"].value == pytest.approx(-0.4)
    assert found["d_brightness"].value == pytest.approx(0.5)
    assert found["shift_px"].unit == "px"


def test_a_bright_thing_is_no_shadow_and_a_dark_blue_one_may_be():
    assert rival(situation(), "shadow").stance == "against"
    dark = situation(brightness=Measured(0.10, 0.05, 0.1, 0.1), blueness=Measured(0.40, 0.46, 0.4, 0.4))
    assert rival(dark, "shadow").stance == "for"
    char = replace(dark, kind="burning")
    assert rival(char, "shadow").stance == "undecided"


def test_the_season_speaks_where_the_surroundings_changed_alike():
    assert rival(situation(), "season").stance == "against"
    alike = situation(ndvi=Measured(0.6, 0.2, 0.6, 0.25))
    assert rival(alike, "season").stance == "for"


def test_the_season_is_what_similar_ground_did():
    trend = Trend((0.1, 0.6), (0.0, -0.38), (0.05, 0.1))
    alike = rival(replace(situation(), trend=trend), "season")
    assert alike.stance == "for"
    assert alike.measurement is not None
    assert alike.measurement.value == pytest.approx(0.2)
    assert "-0.38, give or take 0.10" in alike.sentence
    # Ground around that did as much says nothing where other fields stayed green.
    green = Trend((0.1, 0.6), (0.0, 0.0), (0.05, 0.1))
    around = situation(ndvi=Measured(0.6, 0.2, 0.6, 0.25))
    assert rival(replace(around, trend=green), "season").stance == "against"


def test_a_thin_object_may_be_a_misfit():
    assert rival(situation(), "shift").stance == "against"
    assert rival(replace(situation(), width_px=1.0), "shift").stance == "for"
    assert rival(replace(situation(), residual_px=math.nan), "shift").stance == "not_checked"


def test_water_takes_most_from_the_infrared():
    wet = situation(brightness=Measured(0.10, 0.07, 0.1, 0.1), swir16=Measured(0.2, 0.06, 0.2, 0.2))
    assert rival(wet, "wet soil").stance == "for"
    dry = situation(brightness=Measured(0.10, 0.07, 0.1, 0.1), swir16=Measured(0.2, 0.15, 0.2, 0.2))
    assert rival(dry, "wet soil").stance == "against"


def test_haze_sensor_and_lean_turn_with_what_is_known():
    assert rival(situation(), "haze").stance == "against"
    assert rival(situation(texture=Measured(0.05, 0.12, 0.08, 0.03)), "haze").stance == "undecided"
    assert rival(situation(), "sensor").stance == "against"
    other = Pair(PAIR.before, replace(PAIR.after, sensor="landsat-8-oli"))
    assert rival(situation(other), "sensor").stance == "undecided"
    assert rival(situation(), "lean").stance == "against"
    unknown = Pair(replace(BEFORE, sensor="unknown", datetime=None), AFTER)
    assert rival(situation(unknown), "sensor").stance == "not_checked"
    assert rival(situation(unknown), "lean").stance == "not_checked"
    assert "could not be checked" in rival(situation(unknown), "season").sentence


def test_structure_is_told_of_and_measured():
    said = " ".join(reasons(situation()))
    for words in ("another one", "150% stronger", "right angles appeared", "Shadows appeared"):
        assert words in said
    found = evidence(situation())
    assert found["d_edges"].value == pytest.approx(1.5)
    assert found["d_right_angles"].value == pytest.approx(0.2)
    assert found["pattern_kept"].value == pytest.approx(0.2)
    assert found["change_not_shift"].unit == "standard deviations of unchanged ground"
    without = replace(situation(), measured={k: v for k, v in LAYERS.items() if k != "cast_shadow"})
    assert "d_cast_shadow" not in evidence(without)
    gone = replace(situation(cast_shadow=Measured(0.4, 0.1, 0.1, 0.1)), kind="demolition")
    assert "nothing stands there" in " ".join(reasons(gone))


def test_ground_that_was_cleared_is_no_building_yet():
    bare = situation(edges=Measured(0.02, 0.02, 0.02, 0.02))
    assert "may await construction" in " ".join(reasons(bare))
    assert "may await construction" not in " ".join(reasons(situation()))
    assert "may await construction" not in " ".join(reasons(replace(bare, kind="demolition")))
    fine = replace(bare.pair, before=replace(bare.pair.before, gsd_m=0.5))
    assert "may await construction" not in " ".join(reasons(replace(bare, pair=fine)))


def test_a_field_that_burned_is_no_village_that_burned():
    field = replace(situation(), kind="burning")
    assert "a field or wild land burned" in " ".join(reasons(field))
    village = replace(situation(building=Measured(0.3, 0.05, 0.02, 0.02)), kind="burning")
    assert "size and brightness stood there" in " ".join(reasons(village))


def test_what_kept_its_form_may_be_repainted():
    assert rival(situation(), "repaint").stance == "against"
    assert rival(situation(pattern=Measured(0.9, 0.9, 0.9, 0.9)), "repaint").stance == "for"
    assert rival(situation(pattern=Measured(0.7, 0.7, 0.9, 0.9)), "repaint").stance == "undecided"


def test_a_difference_that_a_shift_takes_away_is_doubted():
    moved = situation(difference=Measured(2.0, 2.0, 0.5, 0.5))
    assert rival(moved, "shift").stance == "undecided"
    assert "from 8.0 to 2.0" in rival(moved, "shift").sentence


def test_what_does_not_stand_out_of_its_surroundings_may_be_the_season():
    assert rival(situation(apart=Measured(0.6, 0.6, 0.7, 0.7)), "season").stance == "for"


def test_what_could_not_be_measured_is_never_printed_as_a_number():
    nothing = {name: Measured(math.nan, math.nan, math.nan, math.nan) for name in LAYERS}
    found = Situation("burning", nothing, 0.0, math.nan, 3.0, PAIR)
    said = [*reasons(found), *(one.sentence for one in rivals(found))]
    assert not [sentence for sentence in said if "nan" in sentence.lower()]


EAST = Direction(0.0, 0.4, 120)


@pytest.mark.parametrize(
    ("moved", "stance", "vetoes"),
    [
        (Moved(0.72, 0.5, 0.2, 12.0), "for", True),
        (Moved(0.72, math.nan, math.nan, 12.0), "for", True),
        (Moved(0.72, 0.75, 0.2, 12.0), "undecided", False),
        (Moved(0.72, 0.5, 0.7, 12.0), "undecided", False),
        (Moved(0.50, 0.4, 0.2, 12.0), "undecided", False),
        (Moved(0.30, 0.4, 0.2, 12.0), "against", False),
        (Moved(math.nan, 0.4, 0.2, math.nan), "against", False),
    ],
)
def test_lean_vetoes_where_the_thing_moved_as_others_did(moved: Moved, stance: str, vetoes: bool):
    found = rival(replace(situation(), leaning=Leaning(EAST, moved, 0.5)), "lean")
    assert (found.stance, found.vetoes) == (stance, vetoes)
    assert "towards 90 degrees" in found.sentence
    if vetoes:
        assert "6 m along it with a correlation of 0.72" in found.sentence
        assert found.measurement is not None
        assert found.measurement.value == pytest.approx(0.72)
        measured = evidence(replace(situation(), leaning=Leaning(EAST, moved, 0.5)))
        assert measured["lean_match"].value == pytest.approx(0.72)


def test_without_a_common_direction_nothing_is_said_to_lean():
    still = replace(situation(), leaning=Leaning(None, None, 0.5))
    assert evidence(still)["lean_match"].value == 0
    assert "lean_match" not in evidence(situation())
    found = rival(still, "lean")
    assert (found.stance, found.vetoes) == ("against", False)


SHADED = {
    "brightness": Measured(0.10, 0.087, 0.1, 0.1),
    "edges": Measured(0.02, 0.0198, 0.02, 0.02),
    "contrast": Measured(0.03, 0.029, 0.03, 0.03),
    "pattern": Measured(0.85, 0.85, 0.9, 0.9),
}


def vetoing(found: Situation) -> set[str]:
    return {one.name for one in rivals(found) if one.vetoes}


def test_coarse_construction_that_only_darkened_is_a_shadow_or_paint():
    assert vetoing(situation(**SHADED)) == {"shadow"}
    assert rival(situation(**SHADED), "shadow").stance == "for"
    assert "13% darker" in rival(situation(**SHADED), "shadow").sentence
    repainted = situation(**{**SHADED, "pattern": Measured(0.5, 0.5, 0.9, 0.9)})
    assert vetoing(repainted) == {"repaint"}
    assert "-1%" in rival(repainted, "repaint").sentence


@pytest.mark.parametrize(
    "layers",
    [
        {"brightness": Measured(0.10, 0.11, 0.1, 0.1)},
        {"edges": Measured(0.02, 0.025, 0.02, 0.02)},
        {"contrast": Measured(0.03, 0.04, 0.03, 0.03)},
        {"edges": Measured(math.nan, math.nan, math.nan, math.nan)},
    ],
)
def test_what_brought_light_or_structure_is_not_vetoed(layers: dict[str, Measured]):
    assert not vetoing(situation(**{**SHADED, **layers}))


def test_fine_imagery_and_other_kinds_are_not_vetoed_for_plainness():
    fine = Pair(replace(PAIR.before, gsd_m=1.0), replace(PAIR.after, gsd_m=1.0))
    assert not vetoing(situation(fine, **SHADED))
    assert not vetoing(replace(situation(**SHADED), kind="demolition"))
    assert not vetoing(situation())
