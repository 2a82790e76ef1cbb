"""Verdicts: what could not be seen never becomes "no change", and shares are counted on the ground."""

import numpy as np
import pytest
from affine import Affine
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from shapely.geometry import box

from sitewatch.catalogue.usable import BLANK, CLOUD, STALE
from sitewatch.errors import CoverageError
from sitewatch.grid import from_shapely
from sitewatch.io.rasters import burn
from sitewatch.pipeline.detection import Detection
from sitewatch.pipeline.registration import Registration
from sitewatch.records import Pair, Scene, Site
from sitewatch.runs.ground import site_ground, whole_ground
from sitewatch.verdicts import judge, not_judged

GRID = GeoBox((100, 100), Affine(10, 0, 500_000, 0, -10, 4_000_000), "EPSG:32631")
PAIR = Pair(Scene("b", (), GRID, 10.0), Scene("a", (), GRID, 10.0))


def site(left: int, top: int, right: int, bottom: int) -> Site:
    """Return a site over the given pixels."""
    x0, y0 = GRID.affine * (left, bottom)
    x1, y1 = GRID.affine * (right, top)
    shape = from_shapely(box(x0, y0, x1, y1), "EPSG:32631").to_crs("EPSG:4326").geom
    return Site("s", "Site", "settlement", shape)


def detection(
    change: NDArray[np.uint8] | None = None, unseen: NDArray[np.uint8] | None = None, model: str = "fine"
) -> Detection:
    nothing = np.zeros(GRID.shape, np.uint8)
    return Detection(
        pair=PAIR,
        grid=GRID,
        change=nothing if change is None else change,
        score=np.zeros(GRID.shape, np.float32),
        unseen=nothing if unseen is None else unseen,
        changes=(),
        registration=Registration(GRID),
        facts={"model": {"name": model}},
    )


def test_a_change_inside_is_a_change_and_is_measured():
    change = np.zeros(GRID.shape, np.uint8)
    change[40:45, 40:44], change[80:90, 80:90] = 1, 3
    found = judge(site(20, 20, 60, 60), detection(change), min_usable=0.5)
    assert (found.verdict, found.kinds) == ("change", ("construction",))
    assert found.changed_m2["construction"] == pytest.approx(2000)
    assert found.changed_m2["demolition"] == 0
    assert found.changed_fraction["construction"] == pytest.approx(2000 / 160_000, rel=0.02)
    assert "construction on 2,000 m2" in found.reason


@pytest.mark.parametrize(("hidden", "verdict"), [(0.4, "no_visible_change"), (0.6, "not_assessable")])
def test_too_little_seen_is_not_assessable_and_says_why(hidden: float, verdict: str):
    unseen = np.zeros(GRID.shape, np.uint8)
    unseen[20 : 20 + round(40 * hidden), :] = 2
    found = judge(site(20, 20, 60, 60), detection(unseen=unseen), min_usable=0.5)
    assert found.verdict == verdict
    assert found.usable_fraction == pytest.approx(1 - hidden, abs=0.03)
    assert "cloud" in found.reason


def test_blank_and_copied_tiles_are_findings_and_every_reason_has_its_share():
    unseen = np.zeros(GRID.shape, np.uint8)
    unseen[20:24, 20:60], unseen[24:26, 20:60], unseen[26:36, 20:60] = BLANK, STALE, CLOUD
    found = judge(site(20, 20, 60, 60), detection(unseen=unseen), min_usable=0.5)
    assert found.verdict == "no_visible_change"
    assert {word: round(share, 2) for word, share in found.unseen.items()} == {
        "cloud": 0.25, "blank tile": 0.1, "stale tile": 0.05,
    }  # fmt: skip
    assert [finding.split("%")[0] for finding in found.findings] == ["10.0", "5.0"]
    clean = judge(site(60, 60, 90, 90), detection(unseen=unseen), min_usable=0.5)
    assert (clean.unseen, clean.findings) == ({}, ())


@pytest.mark.parametrize(
    ("model", "hidden", "verdict"),
    [
        ("coarse", 0, "no_visible_change"),
        ("coarse", 70, "not_assessable"),
        ("fine", 70, "no_visible_change"),
        ("own", 70, "no_visible_change"),
    ],
)
def test_coarse_imagery_needs_ground_around_the_site_that_could_be_seen(
    model: str, hidden: int, verdict: str
):
    unseen = np.zeros(GRID.shape, np.uint8)
    unseen[100 - hidden :] = CLOUD
    found = judge(site(0, 0, 100, 24), detection(unseen=unseen, model=model), min_usable=0.5)
    assert found.verdict == verdict
    assert ("control ground" in found.reason) == (verdict == "not_assessable")
    change = np.zeros(GRID.shape, np.uint8)
    change[5:10, 5:10] = 2
    burned = judge(site(0, 0, 100, 24), detection(change, unseen, model), min_usable=0.5)
    assert (burned.verdict, burned.kinds) == ("change", ("burning",))


def test_other_change_alone_is_no_change_of_the_three_kinds():
    change = np.zeros(GRID.shape, np.uint8)
    change[30:40, 30:40] = 4
    found = judge(site(20, 20, 60, 60), detection(change), min_usable=0.5)
    assert found.verdict == "no_visible_change"
    assert "other change on 10,000 m2" in found.reason


def test_ground_beyond_the_scenes_was_not_seen():
    found = judge(site(60, 20, 180, 60), detection(), min_usable=0.5)
    assert found.verdict == "not_assessable"
    assert found.usable_fraction == pytest.approx(1 / 3, abs=0.02)
    assert "beyond the scenes' edges" in found.reason


def test_a_refusal_is_not_assessable_with_its_reason():
    found = not_judged(site(0, 0, 9, 9), CoverageError("found", "needed", "do"), PAIR)
    assert (found.verdict, found.reason, found.usable_fraction) == ("not_assessable", "found; needed", 0.0)


def test_a_sites_ground_has_room_around_it_and_stays_on_the_scene():
    ground = site_ground(site(45, 45, 55, 55), PAIR)
    assert ground.shape == (100, 100)
    assert (burn([(site(45, 45, 55, 55).geometry, 1)], ground) > 0).sum() == pytest.approx(100, abs=12)


@pytest.mark.parametrize("place", [(300, 300, 340, 340), (10, 10, 11, 11), (90, 90, 900, 900)])
def test_a_site_elsewhere_too_small_or_too_large_is_refused(place: tuple[int, int, int, int]):
    with pytest.raises(CoverageError):
        site_ground(site(*place), PAIR)


def test_the_coarser_scene_sets_the_grid():
    coarse = GeoBox((33, 33), GRID.affine * Affine.scale(3), GRID.crs)
    assert whole_ground(Pair(PAIR.before, Scene("c", (), coarse, 30.0))).shape == (33, 33)
    assert whole_ground(Pair(Scene("c", (), coarse, 30.0), PAIR.after)).shape == (33, 33)
    assert whole_ground(PAIR) == GRID
