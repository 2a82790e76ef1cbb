"""Drawn places on which nothing happened are drawn, tested and counted."""

import pytest

from benchmarks.nulls import Null, nulls, table


@pytest.mark.parametrize("number", [1])
def test_every_nuisance_has_sites_and_they_are_tested(number: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("benchmarks.nulls.FRIENDS", ("haze",))
    found = list(nulls(number))
    assert {one.nuisance for one in found} == {"none", "haze"}
    assert all(0 < one.p_value <= 1 and 0 < one.plain <= 1 for one in found)


def test_rates_are_counted_a_nuisance_and_a_ground():
    found = [Null("haze", "desert", p, 0.5) for p in (0.001, 0.04, 0.2, 0.9)]
    lines = {line.split("|")[1].strip(): line for line in table(found).splitlines()}
    assert [cell.strip() for cell in lines["haze"].split("|")[2:7]] == [
        "4",
        "0.500",
        "0.250",
        "0.000",
        "0.000",
    ]
    assert "ground: desert" in lines
    assert "ground: forest" not in lines
