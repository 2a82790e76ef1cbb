"""Scores as text."""

import json
import math

import numpy as np
import pytest

from sitewatch.evaluate import score_arrays
from sitewatch.evaluate.table import interval, json_ready, markdown, number, scores_table, share


@pytest.mark.parametrize(
    ("value", "text"), [(0.8734, ".873"), (1.0, "1.000"), (0.0, ".000"), (-0.25, "-0.250"), (math.nan, "")]
)
def test_a_share_is_short(value: float, text: str) -> None:
    assert share(value) == text


def test_intervals_and_numbers_say_nothing_where_nothing_is_known() -> None:
    assert interval((0.812, 1.0)) == ".81 to 1.00"
    assert interval((math.nan, math.nan)) == number(math.nan) == ""
    assert (number(0.0512), number(12.345), number(1234.5)) == ("0.0512", "12.3", "1234")


def test_a_table_is_aligned() -> None:
    assert markdown(("a", "bb"), [("long", "1")]).splitlines() == [
        "| a    | bb |",
        "| ---- | -: |",
        "| long |  1 |",
    ]


def test_a_run_has_a_line_a_kind_that_occurs_and_one_of_all() -> None:
    truth = np.zeros((20, 20), np.uint8)
    truth[2:8, 2:8] = 1
    change = truth.copy()
    change[12:18, 12:18] = 3
    score = (change > 0).astype(np.float32)
    table = scores_table(score_arrays(truth, change, score, 1.0)).splitlines()
    assert [line.split()[1] for line in table[2:]] == ["construction", "demolition", "any"]
    assert " .500 |" in table[4]


def test_json_has_null_where_nothing_was_measured() -> None:
    scores = score_arrays(
        np.zeros((4, 4), np.uint8), np.zeros((4, 4), np.uint8), np.zeros((4, 4), np.float32), 1.0
    )
    ready = json_ready(scores.to_dict())
    assert ready["average_precision"] is None
    assert json.loads(json.dumps(ready, allow_nan=False))["pixels"]["any"]["f1"] is None
