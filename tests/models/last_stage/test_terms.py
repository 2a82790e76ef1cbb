"""What a last stage looks at: named, of one size, and nothing that was not measured."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitewatch.models.last_stage.terms import fit_scales, pull, terms
from sitewatch.records import KINDS, Kind

SCALES = {"d_gli": (0.1, 0.2), "width_px": (8.0, 2.0)}
ANY = st.floats(allow_nan=True, allow_infinity=True)


@given(st.sampled_from(KINDS), ANY, ANY, ANY)
def test_terms_are_finite_whatever_was_measured(kind: Kind, probability: float, pixels: float, gli: float):
    found = terms(kind, {"model_probability": probability, "pixels": pixels, "d_gli": gli}, SCALES)
    assert all(math.isfinite(value) for value in found.values())
    assert abs(found["d_gli"]) <= 3


def test_what_is_missing_counts_as_usual():
    usual = terms("burning", {"model_probability": 0.7, "pixels": 40, "d_gli": 0.1, "width_px": 8}, SCALES)
    assert terms("burning", {"model_probability": 0.7, "pixels": 40}, SCALES) == usual
    assert terms("burning", {"model_probability": 0.7, "pixels": 40, "d_gli": math.nan}, SCALES) == usual
    assert usual["d_gli"] == usual["width_px"] == 0


def test_numbers_are_those_of_the_definition():
    found = terms("demolition", {"model_probability": 0.8, "pixels": 1000, "d_gli": 0.3}, SCALES)
    assert found["probability"] == pytest.approx(math.log(4))
    assert found["size"] == pytest.approx(1)
    assert found["d_gli"] == pytest.approx(1)
    assert found["probability@demolition"] == found["probability"]
    assert found["probability@burning"] == 0


def test_reversed_in_time_a_difference_speaks_for_the_other_kind():
    built = terms("construction", {"d_gli": -0.3}, {"d_gli": (0.0, 0.2)})
    gone = terms("demolition", {"d_gli": 0.3}, {"d_gli": (0.0, 0.2)})
    assert built["d_gli@direction"] == gone["d_gli@direction"]
    assert "width_px@direction" not in terms("construction", {}, SCALES)


def test_scales_leave_out_what_is_rare_or_the_same_everywhere():
    seen = [
        {"model_probability": 0.5, "pixels": 9.0, "change": float(i), "shift_px": 2.0} for i in range(101)
    ]
    seen[0]["d_nbr"], seen[1]["d_nbr"] = 0.1, 0.2
    assert fit_scales(seen) == {"change": (50.0, pytest.approx(50 / 1.35, rel=1e-4))}


def test_the_intercept_is_held_least_and_what_one_kind_has_for_itself_most():
    assert pull("one") < pull("one@burning") < pull("probability") < pull("probability@burning")
    assert pull("d_gli") == pull("d_gli@direction")
