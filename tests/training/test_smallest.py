"""The table of what is typically found: every pair weighs the same, and coarse sizes are in pixels."""

from typing import Any

import numpy as np
import pytest
from training.smallest import left_out, lines, table

KINDS = ("construction", "burning", "demolition")


def row(name: str, limit: float, *, pixel_m: float = 0.5, copies: int = 1) -> dict[str, Any]:
    """Return a pair in which everything larger than a limit (m2) is found, and nothing else."""
    unit = pixel_m**2 if pixel_m > 3 else 1.0
    sizes = np.geomspace(15, 900, 60 * copies) * unit
    outcomes = [[kind, float(size), bool(size > limit), True, True] for kind in KINDS for size in sizes]
    model = "fine" if pixel_m <= 3 else "coarse"
    return {
        "pair": name,
        "model": model,
        "pixel_m": pixel_m,
        "low_m2": 12 * unit,
        "largest_m2": 1000 * unit,
        "m2": dict.fromkeys(KINDS, limit * 1.2),
        "outcomes": outcomes,
        "fresh": [[kind, limit * 1.2, number < 9, True, True] for kind in KINDS for number in range(10)],
    }


def sizes(made: dict[str, Any], name: str) -> list[float | None]:
    return [cell["size"] for cell in made["classes"][name]["kinds"].values()]


def test_a_pair_weighs_the_same_however_many_implants_it_had():
    few = table([row("a", 60.0), row("b", 300.0)])
    many = table([row("a", 60.0, copies=6), row("b", 300.0)])
    for one, other in zip(sizes(few, "pixels up to 1 m"), sizes(many, "pixels up to 1 m"), strict=True):
        assert one is not None
        assert other is not None
        # Nine in ten over both: well above what the harder pair needs for half of its own.
        assert other > 250
        assert other == pytest.approx(one, rel=0.25)


def test_sizes_of_coarse_classes_are_in_pixels():
    made = table([row("a", 100.0 * 400, pixel_m=20.0), row("b", 100.0 * 900, pixel_m=30.0)])
    assert list(made["classes"]) == ["pixels of 10 to 30 m"]
    for size in sizes(made, "pixels of 10 to 30 m"):
        assert size is not None
        assert 90 < size < 250


def test_where_nothing_is_found_the_table_says_null_and_how_much_is():
    made = table([row("a", 1e9), row("b", 1e9)])
    assert sizes(made, "pixels up to 1 m") == [None] * 3
    assert made["classes"]["pixels up to 1 m"]["kinds"]["burning"]["found_of_largest"] < 0.1


def test_the_report_counts_the_other_implants():
    rows = [row("a", 60.0), row("b", 80.0)]
    said = list(lines(rows))
    assert said[2].startswith("| a | construction | 72 | 60 |")
    assert said[2].endswith("| 10 | 9 |")
    assert said[-1].startswith("all kinds: 54 of 60 found, 90.0%")
    left = list(left_out(rows))
    assert len(left) == 3
    assert all("on 2 pairs left out" in line for line in left)
