"""The last word on a list of sites."""

from typing import Any

import pytest

from sitewatch.runs.deciding import decide
from sitewatch.runs.judged import Ground


def ground(
    name: str, *, p_value: float | None, kinds: tuple[str, ...], verdict: str, pooled: bool = True
) -> Ground:
    said: dict[str, Any] = {
        "p_value": p_value,
        "kinds": list(kinds),
        "verdict": verdict,
        "reason": "seen",
        "q_value": None,
    }
    cleared = {**said, "kinds": [], "verdict": "no_visible_change", "reason": "as much elsewhere"}
    return Ground(
        name=name,
        changes=(),
        sites=({"id": name, "geometry": None, "properties": said},),
        pair=None,
        scenes={},
        facts={},
        refusals={},
        seconds=0.0,
        chips=0,
        placebos={}
        if p_value is None
        else {name: {"pooled": p_value if pooled else None, "pool_placements": 1000, "surest": None}},
        otherwise={name: cleared} if kinds else {},
    )


GROUNDS = [
    ground("built", p_value=0.001, kinds=("construction",), verdict="change"),
    ground("doubtful", p_value=0.4, kinds=("demolition",), verdict="change"),
    ground("odd", p_value=0.002, kinds=(), verdict="no_visible_change"),
    ground("still", p_value=0.8, kinds=(), verdict="no_visible_change"),
    ground("hidden", p_value=0.001, kinds=(), verdict="not_assessable"),
    ground("coarse", p_value=0.001, kinds=("burning",), verdict="change", pooled=False),
    ground("unread", p_value=None, kinds=(), verdict="not_assessable"),
]


def test_typed_and_rare_is_change_and_all_else_says_why_not():
    sites, facts = decide(GROUNDS, 0.1)
    said = {site["id"]: site["properties"] for site in sites}
    assert [name for name, one in said.items() if one["verdict"] == "change"] == ["built", "coarse"]
    assert said["doubtful"]["verdict"] == "no_visible_change"
    assert said["doubtful"]["reason"] == "as much elsewhere"
    assert "have a look" in said["odd"]["reason"]
    assert said["hidden"]["verdict"] == said["unread"]["verdict"] == "not_assessable"
    assert said["hidden"]["q_value"] is None
    assert said["coarse"]["q_value"] is None
    assert said["built"]["q_value"] == pytest.approx(0.004)
    assert (facts["tested"], facts["not_tested"]) == (4, 3)
    assert (facts["flagged"], facts["cleared"], facts["untyped"]) == (["built"], ["doubtful"], ["odd"])


def test_without_control_every_find_is_a_change():
    said = {site["id"]: site["properties"]["verdict"] for site in decide(GROUNDS, 1.0)[0]}
    assert said["doubtful"] == "change"


def test_what_was_handed_in_is_left_as_it_was():
    decide(GROUNDS, 0.1)
    assert GROUNDS[0].sites[0]["properties"]["q_value"] is None
