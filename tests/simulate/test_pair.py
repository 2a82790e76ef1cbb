"""A drawn pair is what its recipe says, and its truth is what was drawn."""

import numpy as np
import pytest

from sitewatch.records import KIND_CODES
from sitewatch.simulate import SIX, DrawnPair, Recipe, draw_pair

CODES = {str(kind): code for kind, code in KIND_CODES.items()}
VHR = Recipe(size=(320, 320))
TEN = Recipe(resolution_m=10.0, bands=SIX, size=(128, 128))


@pytest.fixture(scope="module", params=[VHR, TEN], ids=["0.5 m RGB", "10 m six bands"])
def pair(request: pytest.FixtureRequest) -> DrawnPair:
    return draw_pair(request.param, seed=5)


def test_holds_the_three_kinds(pair: DrawnPair) -> None:
    assert {change.kind for change in pair.objects} == {"construction", "burning", "demolition"}
    assert set(np.unique(pair.truth)) == {0, 1, 2, 3}


@pytest.mark.parametrize("kind", ["construction", "burning", "demolition"])
def test_area_of_objects_is_that_of_pixels(pair: DrawnPair, kind: str) -> None:
    outlines = sum(change.outline.area for change in pair.objects if change.kind == kind)
    pixels = np.count_nonzero(pair.truth == CODES[kind])
    rim = sum(change.outline.length for change in pair.objects if change.kind == kind)
    assert abs(outlines - pixels) <= 0.1 * rim + 1


def test_same_seed_same_bytes() -> None:
    first, second = (draw_pair(TEN, seed=9) for _ in range(2))
    assert first.before.pixels.tobytes() == second.before.pixels.tobytes()
    assert first.after.pixels.tobytes() == second.after.pixels.tobytes()
    assert first.truth.tobytes() == second.truth.tobytes()
