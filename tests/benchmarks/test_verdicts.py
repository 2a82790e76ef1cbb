"""The tables of how often verdicts are wrong, on sites whose truth and p-values are known."""

import numpy as np
import pytest

from benchmarks.verdicts import Judged, control_table, null_table, power_table


def sites(number: int, *, changed: float, seed: int) -> list[Judged]:
    """Return sites whose p-values are uniform where nothing changed, and small where something did."""
    draw = np.random.default_rng(seed)
    found = []
    for place in range(number):
        p_value = float(draw.uniform() if not changed else draw.uniform() ** 8)
        found.append(
            Judged(
                set="drawn",
                pair=f"pair-{place % 20}",
                variant="forward",
                category="settlement" if place % 2 else "other",
                changed=changed,
                typed=changed > 0 or draw.random() < 0.3,
                p_value=p_value,
                plain=p_value,
                scene=p_value,
                floor=1 / 1500,
                surest=0.95 if changed > 0 and draw.random() < 0.5 else 0.0,
            )
        )
    return found


def cells(table: str, row: int) -> list[str]:
    return [cell.strip() for cell in table.splitlines()[2 + row].strip("|").split("|")]


def test_unchanged_sites_are_rejected_as_often_as_their_p_values_say():
    table = null_table(sites(2000, changed=0.0, seed=0))
    name, number, pairs, at_five, at_one = cells(table, 0)[:5]
    assert (name, number, pairs) == ("all", "2000", "20")
    rate, low, high = (float(part.strip("()")) for part in at_five.replace(" to ", " ").split())
    assert rate == pytest.approx(0.05, abs=0.015)
    assert low <= rate <= high
    assert float(at_one.split()[0]) == pytest.approx(0.01, abs=0.01)


def test_changed_sites_are_counted_as_found_and_typed():
    told = cells(power_table(sites(400, changed=0.2, seed=1)), 0)
    assert told[0] == "drawn (forward)"
    assert float(told[2]) == pytest.approx(0.05 ** (1 / 8), abs=0.06)
    assert told[4] == "1.00"


def test_lists_hold_the_share_of_wrong_sites():
    table = control_table([*sites(600, changed=0.0, seed=2), *sites(300, changed=0.3, seed=3)], 0.1)
    for row in (1, 2):
        share, wrong, found, first, ranked = cells(table, row)
        assert share in {"10%", "50%"}
        assert float(wrong) <= 0.1
        assert 0 < float(found) <= 1
        assert float(first) > 0.5
        assert float(ranked.rstrip("%")) <= 10
