"""Each thing that speaks against a pair lowers it, and nothing else does."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitewatch.catalogue.pairs import check_pair
from sitewatch.catalogue.pairs.rank import comparable, nearness, suitability, traits
from sitewatch.errors import PairError
from sitewatch.records import Scene

MakeScene = Callable[..., Scene]
KNOWN: dict[str, Any] = {
    "date": "2017-08-01T04:30:00",
    "sun_azimuth": 90.0,
    "off_nadir": 0.0,
    "bands": ("red", "nir", "swir16"),
}


def _worth(make_scene: MakeScene, before: dict[str, Any], after: dict[str, Any]) -> float:
    """Suitability of a pair beside an ideal one of its site, which sets the finest resolution."""
    ideal = [make_scene(name, gsd=1.0, **KNOWN) for name in ("i", "j")]
    odd = [
        make_scene(name, **({"gsd": 1.0} | KNOWN | facts)) for name, facts in (("a", before), ("b", after))
    ]
    table = suitability(traits([odd[0], ideal[0]]), traits([odd[1], ideal[1]]))
    assert table[1, 1] == pytest.approx(1)
    return float(table[0, 0])


# Each list goes from good to bad.
LADDERS: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {
    "season": [({}, {"date": f"2018-{month}"}) for month in ("08-01", "09-01", "10-01", "12-01", "02-01")],
    "season round the year": [
        ({"date": "2017-12-20"}, {"date": f"2018-{d}"}) for d in ("12-20", "01-10", "03-10")
    ],
    "sun": [({"sun_azimuth": 350}, {"sun_azimuth": azimuth}) for azimuth in (350, 10, 45, 90, 170)],
    "resolution": [({"gsd": gsd}, {"gsd": gsd}) for gsd in (1.0, 3.0, 10.0, 30.0)],
    "unlike resolution": [({}, {"gsd": gsd}) for gsd in (1.0, 3.0, 10.0)],
    "sensor": [({}, {}), ({}, {"sensor": "sentinel-2-msi"})],
    "bands": [
        ({}, {"bands": bands}) for bands in (("red", "nir", "swir16"), ("red", "nir"), ("red",), ("blue",))
    ],
    "lean": [({}, {"off_nadir": angle}) for angle in (0, 10, 25, 40)],
    "units": [({}, {}), ({}, {"sensor": "unknown", "units": "reflectance"})],
}


@pytest.mark.parametrize("ladder", LADDERS)
def test_worse_is_lower(make_scene: MakeScene, ladder: str) -> None:
    worths = [_worth(make_scene, *rung) for rung in LADDERS[ladder]]
    assert all(better > worse for better, worse in pairwise(worths))
    assert 0 <= worths[-1] < worths[0] == pytest.approx(1)


@pytest.mark.parametrize(
    ("unknown", "bad"),
    [
        ({"sun_azimuth": None}, {"sun_azimuth": 270}),
        ({"off_nadir": None}, {"off_nadir": 45}),
        ({"date_precision": "year"}, {"date": "2018-02-01"}),
    ],
)
def test_unknown_lies_between_good_and_bad(
    make_scene: MakeScene, unknown: dict[str, Any], bad: dict[str, Any]
) -> None:
    assert 1 > _worth(make_scene, {}, unknown) > _worth(make_scene, {}, bad)


def test_lean_counts_only_where_pixels_are_small(make_scene: MakeScene) -> None:
    fine = _worth(make_scene, {"gsd": 1.0}, {"gsd": 1.0, "off_nadir": 40}) / _worth(make_scene, {}, {})
    coarse = _worth(make_scene, {"gsd": 10.0}, {"gsd": 10.0, "off_nadir": 40}) / _worth(
        make_scene, {"gsd": 10.0}, {"gsd": 10.0}
    )
    assert coarse == pytest.approx(1)
    assert fine < 0.6


@given(st.lists(st.floats(0, 5000), min_size=2))
def test_nearness_falls_with_time_and_halves_in_a_year(gaps: list[float]) -> None:
    near = nearness(np.sort(np.array(gaps)))
    assert (np.diff(near) <= 0).all()
    assert ((near > 0) & (near <= 1)).all()
    assert nearness(np.array([0.0, 365.0, np.nan, -3.0])).tolist() == [1.0, 0.5, 0.5, 1.0]


def test_what_is_comparable_is_what_check_pair_lets_through(make_scene: MakeScene) -> None:
    scenes = [
        make_scene(f"{number}", date, **facts)
        for number, (date, facts) in enumerate(
            (date, facts)
            for date in (None, "2017-01-01", "2018-01-01")
            for facts in (
                {},
                {"units": "reflectance"},
                {"units": "reflectance", "sensor": "unknown"},
                {"bands": ("pan",)},
                {"bands": ("pan", "red"), "sensor": "worldview-2"},
            )
        )
    ]
    allowed = comparable(traits(scenes), traits(scenes))
    for row, before in enumerate(scenes):
        for column, after in enumerate(scenes):
            try:
                check_pair(before, after)
                possible = True
            except PairError:
                possible = False
            # At one moment nothing can have changed: a user may want that, we never choose it.
            at_once = before.datetime is not None and before.datetime == after.datetime
            undated_twin = before is after and before.datetime is None
            assert allowed[row, column] == (possible and not at_once) or undated_twin
