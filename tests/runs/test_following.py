"""More than two dates: what lasts is seen again, and scenes in between narrow down when it happened."""

import datetime as dt
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from shapely import union_all

from sitewatch.catalogue.products import read_scene
from sitewatch.catalogue.products.hints import Hints
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.records import Pair, Scene, Site
from sitewatch.runs.following import follow
from sitewatch.runs.judged import Judged
from sitewatch.runs.judging import judge_site
from sitewatch.settings import Sequence, Settings
from sitewatch.simulate.pair import tell
from sitewatch.simulate.recipe import RGB, Conditions, Recipe, Shift
from sitewatch.simulate.scene import shoot
from sitewatch.simulate.truth import in_pixels, to_wgs84

SETTINGS = Settings(sequence=Sequence(scenes=4))
# When each scene was taken, and whether it shows the place before or after what happened.
DATES = {"early": (2020, False), "before": (2021, False), "still": (2022, False), "new": (2023, True),
         "after": (2024, True), "late": (2025, True)}  # fmt: skip


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scene]:
    recipe = Recipe(size=(320, 320), bands=RGB)
    story, folder = tell(recipe, 5), tmp_path_factory.mktemp("scenes")
    found = {}
    for number, (name, (year, changed)) in enumerate(DATES.items()):
        date = dt.datetime(year, 3, 5, 10, 30, tzinfo=dt.UTC)
        conditions = Conditions(date, sun_azimuth=140.0 + number, sun_elevation=50.0)
        world = story.after if changed else story.before
        drawn = shoot(story.stage, world, conditions, shift=Shift(), rng=np.random.default_rng(number))
        file = folder / f"{name}.tif"
        write_geotiff(file, drawn.pixels, drawn.grid, Labels(0, drawn.bands, {}))
        hints = Hints(id=name, date=date, date_precision="day", bands=tuple(drawn.bands), sensor="drawn")
        found[name] = read_scene(file, hints)
    places = union_all(
        [
            to_wgs84(in_pixels(place, 0.0, recipe, in_after=False), found["before"].grid)
            for place in story.layout.places
        ]
    )
    found["site"] = Site("place", "Place", "settlement", places.convex_hull)
    return found


@pytest.fixture(scope="module")
def judged(scenes: dict[str, Scene]) -> Judged:
    found = judge_site(scenes["site"], Pair(scenes["before"], scenes["after"]), SETTINGS)
    assert any(change.kind == "construction" for change in found.changes)
    return found


def built(found: Judged) -> list[dict[str, float]]:
    return [
        {name: one.value for name, one in change.evidence.items()}
        for change in found.changes
        if change.kind == "construction"
    ]


def test_scenes_between_bound_the_time_and_later_ones_show_that_it_lasts(
    judged: Judged, scenes: dict[str, Scene]
):
    others = [scenes[name] for name in DATES]
    found = follow(judged, others, SETTINGS)
    (verdict,) = found.verdicts
    assert (verdict.seen_unchanged, verdict.seen_changed) == (scenes["still"], scenes["new"])
    told = built(found)
    assert {one["looked_again"] for one in told} == {4.0}
    # Of the four further scenes, one lies in between and shows nothing yet.
    assert np.median([one["seen_again"] for one in told]) == 3.0
    first = next(change for change in found.changes if change.kind == "construction")
    assert "2022-03-05 (no)" in first.reasons[-1]
    assert "2025-03-05 (yes)" in first.reasons[-1]
    assert (first.rivals[-1].name, first.rivals[-1].stance) == ("transient", "against")


def test_what_is_gone_later_may_have_been_no_change(judged: Judged, scenes: dict[str, Scene]):
    gone = replace(scenes["still"], id="gone", datetime=dt.datetime(2026, 3, 5, tzinfo=dt.UTC))
    found = follow(judged, [gone], SETTINGS)
    stances = {change.rivals[-1].stance for change in found.changes if change.kind == "construction"}
    assert stances == {"for"}


def test_as_many_scenes_as_asked_for_nearest_in_time_first(judged: Judged, scenes: dict[str, Scene]):
    one = Settings(sequence=Sequence(scenes=1))
    found = follow(judged, [scenes["early"], scenes["late"]], one)
    assert {told["looked_again"] for told in built(found)} == {1.0}
    assert all(
        "2025-03-05" in change.reasons[-1] for change in found.changes if change.kind == "construction"
    )


def test_without_further_scenes_nothing_is_said(judged: Judged, scenes: dict[str, Scene]):
    assert follow(judged, [scenes["before"], scenes["after"]], SETTINGS) is judged
    undated = replace(scenes["late"], datetime=None)
    assert follow(judged, [undated], SETTINGS) is judged
    still = replace(judged, changes=())
    assert follow(still, [scenes["late"]], SETTINGS) is still
    assert all(math.isfinite(change.area_m2) for change in judged.changes)


def test_a_scene_that_cannot_be_compared_is_passed_over(
    judged: Judged, scenes: dict[str, Scene], tmp_path: Path
):
    broken = tmp_path / "broken.tif"
    broken.write_bytes(b"no image")
    bands = tuple(replace(band, href=str(broken)) for band in scenes["late"].bands)
    lost = replace(scenes["late"], id="lost", bands=bands)
    found = follow(judged, [lost, scenes["new"]], SETTINGS)
    assert {told["looked_again"] for told in built(found)} == {1.0}
