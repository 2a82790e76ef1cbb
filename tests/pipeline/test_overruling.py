"""What a rival vetoes becomes another change: listed, explained, no longer counted as one of three kinds."""

from dataclasses import replace

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox
from shapely.geometry import box

from sitewatch.kernels.objects import Objects
from sitewatch.pipeline.changes import drop, unsure
from sitewatch.pipeline.overruling import RIGHT_ALL_THE_SAME, overruled, retype
from sitewatch.records import Change, Pair, Rival, Scene

GRID = GeoBox((10, 10), Affine(1, 0, 500_000, 0, -1, 4_000_000), "EPSG:32631")
PAIR = Pair(Scene("b", (), GRID, 1.0), Scene("a", (), GRID, 1.0))
FOR = Rival("lean", "for", "The roof stands 12 m away.", vetoes=True)
BUILT = Change(
    "overlap-c-1", None, "construction", 0.8,
    {"construction": 0.7, "burning": 0.1, "demolition": 0.1, "other": 0.1},
    4.0, box(0, 0, 1, 1), reasons=("The place became brighter.",), rivals=(FOR,),
)  # fmt: skip
FREE = replace(BUILT, id="overlap-c-2", rivals=(replace(FOR, stance="against", vetoes=False),))


def test_a_vetoed_change_is_another_change_that_says_why():
    found = overruled({1: BUILT, 2: FREE}, PAIR)
    assert set(found) == {1}
    said = found[1]
    assert said.kind == "other"
    assert said.id.startswith("overlap-o-")
    assert said.kinds["construction"] == pytest.approx(0.7 * RIGHT_ALL_THE_SAME)
    assert max(said.kinds, key=lambda kind: said.kinds[kind]) == "other"
    assert sum(said.kinds.values()) == pytest.approx(1)
    assert said.confidence < 0.1
    assert "looks like construction" in said.reasons[0]
    assert FOR.sentence in said.reasons[0]
    assert said.reasons[1:] == BUILT.reasons
    assert said.rivals == BUILT.rivals
    assert said.geometry == BUILT.geometry


def test_what_is_of_other_kind_already_stays_as_it_is():
    assert not overruled({1: replace(BUILT, kind="other")}, PAIR)


def test_pixels_follow_and_their_sum_stays():
    labels = np.zeros((4, 6), np.int32)
    labels[1, 1:3], labels[3, 4:6] = 1, 2
    layers = np.full((4, 4, 6), 0.1, np.float32)
    layers[0, 1, 1:3], layers[2, 3, 4:6] = 0.6, 0.6
    layers[:, 0, 0] = np.nan
    objects = Objects(labels, np.array([0, 2]), np.array([2, 2]))
    typed, divided = retype(objects, layers, {1: BUILT})
    assert typed.kinds.tolist() == [3, 2]
    np.testing.assert_allclose(divided.sum(axis=0), layers.sum(axis=0), atol=1e-6)
    np.testing.assert_allclose(divided[0, 1, 1:3], 0.6 * RIGHT_ALL_THE_SAME, atol=1e-6)
    np.testing.assert_array_equal(divided[:, 3], layers[:, 3])
    assert objects.kinds.tolist() == [0, 2]
    assert retype(objects, layers, {}) == (objects, layers)


def test_a_veto_drops_nothing():
    labels = np.array([[1, 0, 2, 0, 3]], np.int32)
    objects = Objects(labels, np.array([0, 0, 0]), np.array([1, 1, 1]))
    described = {1: BUILT, 2: FREE, 3: replace(FREE, id="overlap-c-3", confidence=0.2)}
    vetoed = overruled(described, PAIR)
    kept, changes = drop(objects, described | vetoed, unsure(described, 0.5))
    assert [change.kind for change in changes] == ["construction", "other"]
    assert kept.labels.tolist() == [[1, 0, 2, 0, 0]]
