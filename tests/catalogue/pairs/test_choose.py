"""For each site the two scenes that show most of what is suspected, or a refusal that says what to do."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from odc.geo.geobox import GeoBox
from shapely import Point

from sitewatch.catalogue.pairs import choose
from sitewatch.catalogue.pairs.rank import comparable, nearness, suitability, traits
from sitewatch.catalogue.sites import circle
from sitewatch.errors import CoverageError, PairError, RasterError, SitewatchError
from sitewatch.records import Band, Scene, Site

MakeScene = Callable[..., Scene]


class Looks:
    """A stand-in for the share of a site that can be seen, which counts how often it is asked."""

    def __init__(self, shares: dict[str, float] | None = None, default: float = 1.0) -> None:
        self.shares, self.default = shares or {}, default
        self.asked: list[str] = []

    def __call__(self, scene: Scene, _: Site) -> float:
        self.asked.append(scene.id)
        return self.shares.get(scene.id, self.default)


def _ids(choice: Any) -> tuple[str, str]:
    assert choice.refusal is None, choice.refusal
    return choice.pair.before.id, choice.pair.after.id


def test_the_nearest_on_either_side_of_what_is_suspected(make_scene: MakeScene, site: Site) -> None:
    scenes = [
        make_scene(date, date)
        for date in ("2016-08-20", "2017-08-20", "2017-09-20", "2017-11-02", "2018-11-02")
    ]
    choice = choose(site, scenes, seen=Looks())
    assert _ids(choice) == ("2017-08-20", "2017-11-02")
    assert choice.pair is not None
    assert choice.pair.site is site
    assert choice.pair.reasons[0] == (
        "before: 2017-08-20 00:00 UTC, 5 days before 2017-08-25, since when a change is suspected"
    )
    assert choice.pair.reasons[1].endswith("1 day after 2017-10-31, until when a change is suspected")
    assert choice.pair.reasons[2] == "100 % of the site can be seen before, 100 % after"
    assert 0 < choice.pair.score <= 1


def test_scenes_of_the_very_days_count_on_their_side(make_scene: MakeScene, site: Site) -> None:
    scenes = [make_scene("a", "2017-08-25T23:00:00"), make_scene("b", "2017-10-31T01:00:00")]
    choice = choose(site, scenes, seen=Looks())
    assert _ids(choice) == ("a", "b")
    assert choice.pair is not None
    assert (
        choice.pair.reasons[0]
        == "before: 2017-08-25 23:00 UTC, on 2017-08-25, since when a change is suspected"
    )


def test_without_dates_the_earliest_and_the_latest_good_ones(make_scene: MakeScene, timeless: Site) -> None:
    scenes = [
        make_scene(date, date)
        for date in ("2015-08-01", "2015-09-01", "2017-08-01", "2019-07-01", "2019-08-01")
    ]
    assert _ids(choose(timeless, scenes, seen=Looks())) == ("2015-08-01", "2019-08-01")
    clouded = Looks({"2015-08-01": 0.1, "2019-08-01": 0.0})
    choice = choose(timeless, scenes, seen=clouded)
    assert _ids(choice) == ("2015-09-01", "2019-07-01")
    assert choice.pair is not None
    assert choice.pair.reasons[0].endswith("31 days after the earliest of 5 scenes")
    assert choice.pair.reasons[1].endswith("31 days before the latest of 5 scenes")


def test_one_open_end(make_scene: MakeScene, site: Site) -> None:
    scenes = [make_scene(date, date) for date in ("2015-08-20", "2017-08-20", "2017-10-20", "2019-08-20")]
    since = dataclasses.replace(site, until=None)
    assert _ids(choose(since, scenes, seen=Looks())) == ("2017-08-20", "2019-08-20")
    until = dataclasses.replace(site, since=None)
    assert _ids(choose(until, scenes, seen=Looks())) == ("2015-08-20", "2019-08-20")


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({"date": "2017-08-20", "cloud": 0.2}, {"date": "2017-08-01"}),
        ({"date": "2017-08-20", "gsd": 30.0}, {"date": "2017-08-01"}),
        ({"date": "2017-03-01"}, {"date": "2016-10-28"}),
        ({"sun_azimuth": 260.0}, {"date": "2017-07-01", "sun_azimuth": 100.0}),
        ({"sensor": "landsat-8-oli"}, {}),
        ({"bands": ("red",)}, {}),
        ({"gsd": 2.0, "off_nadir": 40.0}, {"gsd": 2.0, "off_nadir": 5.0, "date": "2017-08-01"}),
    ],
)
def test_what_decides(
    make_scene: MakeScene, site: Site, worse: dict[str, Any], better: dict[str, Any]
) -> None:
    looks = Looks({"worse": worse.pop("cloud", 1.0)})
    after = make_scene("after", "2017-11-02", sun_azimuth=100.0)
    facts = {"date": "2017-08-20"}
    scenes = [make_scene("worse", **facts | worse), make_scene("better", **facts | better), after]
    assert _ids(choose(site, scenes, seen=looks)) == ("better", "after")
    assert _ids(choose(site, scenes[::-1], seen=looks)) == ("better", "after")


def test_runners_up_are_the_next_best_and_explained(make_scene: MakeScene, site: Site) -> None:
    scenes = [make_scene(f"b{day}", f"2017-08-{day}") for day in (10, 15, 20)]
    scenes += [make_scene(f"a{day}", f"2017-11-{day}") for day in (10, 15, 20)]
    choice = choose(site, scenes, seen=Looks())
    assert choice.pair is not None
    scores = [choice.pair.score, *(pair.score for pair in choice.runners_up)]
    assert len(scores) == 4
    assert scores == sorted(scores, reverse=True)
    assert len({(pair.before.id, pair.after.id) for pair in (choice.pair, *choice.runners_up)}) == 4
    assert all(pair.reasons for pair in choice.runners_up)


@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(1, 8),
    m=st.integers(1, 8),
    blank=st.floats(0, 0.8),
)
def test_the_search_finds_what_trying_every_pair_finds(seed: int, n: int, m: int, blank: float) -> None:
    rng = np.random.default_rng(seed)
    scenes = [_random_scene(rng, f"b{i}", dt.date(2017, 8, 25)) for i in range(n)]
    scenes += [_random_scene(rng, f"a{i}", dt.date(2019, 8, 25)) for i in range(m)]
    shares = {scene.id: float(rng.random() * (rng.random() > blank)) for scene in scenes}
    where = Site(
        "s",
        "s",
        "other",
        circle(Point(91.9, 21.03), 500),
        since=dt.date(2017, 8, 25),
        until=dt.date(2018, 8, 25),
    )
    choice = choose(where, scenes, seen=Looks(shares))
    befores, afters = traits(scenes[:n]), traits(scenes[n:])
    day = dt.date(1970, 1, 1)
    gaps = [
        np.maximum((where.since - day).days - befores.day, 0),  # type: ignore[operator] - set above
        np.maximum(afters.day - ((where.until - day).days + 1), 0),  # type: ignore[operator] - set above
    ]
    every = (
        comparable(befores, afters)
        * suitability(befores, afters)
        * nearness(gaps[0])[:, None]
        * nearness(gaps[1])[None, :]
        * np.array([shares[s.id] for s in scenes[:n]])[:, None]
        * np.array([shares[s.id] for s in scenes[n:]])[None, :]
    )
    if every.max() > 0:
        assert choice.pair is not None
        assert choice.pair.score == pytest.approx(every.max(), abs=1e-4)
    else:
        assert isinstance(choice.refusal, CoverageError)


def _random_scene(rng: np.random.Generator, name: str, latest: dt.date) -> Scene:
    taken = dt.datetime.combine(latest, dt.time(4), dt.UTC) - dt.timedelta(days=float(rng.uniform(1, 360)))
    grid = GeoBox.from_bbox((376_000, 2_316_000, 396_000, 2_336_000), "EPSG:32646", resolution=10)
    cloud = None if rng.random() < 0.3 else float(rng.uniform(0, 100))
    sensor = str(rng.choice(["planetscope", "sentinel-2-msi"]))
    bands = (Band("red", f"/{name}.tif"), Band("nir", f"/{name}.tif", 2))
    return Scene(name, bands, grid, float(rng.choice([3, 10])), taken, sensor=sensor, cloud_cover=cloud)


def test_a_dense_list_costs_few_looks(make_scene: MakeScene, site: Site) -> None:
    start = dt.date(2014, 1, 1)
    days = [str(start + dt.timedelta(days=3 * n)) for n in range(700)]
    scenes = [make_scene(day, day, cloud_cover=n % 5 * 20.0) for n, day in enumerate(days)]
    looks = Looks()
    assert choose(site, scenes, seen=looks).pair is not None
    assert len(looks.asked) == len(set(looks.asked)) <= 12
    # A year of cloud over the site: the search goes on until it finds something.
    clouded = Looks({day: 0.0 for day in days if "2016-08-25" < day < "2018-10-31"})
    choice = choose(site, scenes, seen=clouded)
    assert choice.pair is not None
    assert choice.pair.before.id <= "2016-08-25"
    assert choice.pair.after.id >= "2018-10-31"
    overcast = Looks(default=0.0)
    assert isinstance(choose(site, scenes, seen=overcast).refusal, CoverageError)
    # If nothing shows before, it does not matter what shows after.
    assert max(overcast.asked) <= "2017-08-25"


def test_a_scene_that_cannot_be_read_is_left_out_and_said(make_scene: MakeScene, site: Site) -> None:
    def broken(scene: Scene, _: Site) -> float:
        if scene.id == "broken":
            raise RasterError("broken.tif is truncated", "a whole file is needed", "fetch it again")
        return 1.0

    scenes = [
        make_scene(*two) for two in (("broken", "2017-08-20"), ("b", "2017-08-01"), ("a", "2017-11-02"))
    ]
    choice = choose(site, scenes, seen=broken)
    assert _ids(choice) == ("b", "a")
    assert choice.pair is not None
    assert "broken could not be looked at: broken.tif is truncated" in choice.pair.cautions


def test_partly_seen_and_partly_covered_are_cautions(make_scene: MakeScene, site: Site) -> None:
    edge = GeoBox.from_bbox((376_000, 2_316_000, 385_900, 2_336_000), "EPSG:32646", resolution=10)
    scenes = [make_scene("edge", "2017-08-20", grid=edge), make_scene("hazy", "2017-11-02")]
    choice = choose(site, scenes, seen=Looks({"hazy": 0.62}))
    assert choice.pair is not None
    assert "only 62 % of the site can be seen in hazy" in choice.pair.cautions
    covered = next(caution for caution in choice.pair.cautions if caution.startswith("edge covers only"))
    share = int(covered.split()[3])
    assert 30 < share < 80
    # What lies outside a scene cannot be seen, whatever is seen of the rest.
    assert choice.pair.reasons[2] == f"{share} % of the site can be seen before, 62 % after"


def test_wished_scenes_are_taken_and_wished_dates_replace_the_sites(
    make_scene: MakeScene, site: Site
) -> None:
    scenes = [
        make_scene(date, date)
        for date in ("2015-08-20", "2016-08-20", "2017-08-20", "2017-11-02", "2018-11-02")
    ]
    both = choose(site, scenes, before="2015-08-20", after="2017-08-20", seen=Looks(default=0.3))
    assert _ids(both) == ("2015-08-20", "2017-08-20")
    assert both.pair is not None
    assert both.pair.score == 1
    assert both.runners_up == ()
    assert both.pair.reasons[0].endswith("the scene asked for")
    one = choose(site, scenes, after="2018-11-02", seen=Looks())
    assert _ids(one) == ("2017-08-20", "2018-11-02")
    month = (dt.datetime(2016, 9, 1, tzinfo=dt.UTC), "month")
    by_date = choose(site, scenes, before=month, seen=Looks())
    assert _ids(by_date) == ("2016-08-20", "2017-11-02")
    assert by_date.pair is not None
    assert "before 2016-09, the date asked for" in by_date.pair.reasons[0]


def test_a_wished_scene_without_a_date_is_taken(make_scene: MakeScene, site: Site) -> None:
    scenes = [make_scene("undated", None), make_scene("a", "2017-11-02")]
    choice = choose(site, scenes, before="undated", seen=Looks())
    assert _ids(choice) == ("undated", "a")
    assert choice.pair is not None
    assert any("undated has no date" in caution for caution in choice.pair.cautions)


def _error(choice: Any) -> SitewatchError:
    assert choice.pair is None
    assert "\n" not in str(choice.refusal)
    error: SitewatchError = choice.refusal
    return error


def test_no_scene_on_one_side(make_scene: MakeScene, site: Site) -> None:
    late = [make_scene("x", "2017-09-20"), make_scene("y", "2017-11-02"), make_scene("z", None)]
    error = _error(choose(site, late, seen=Looks()))
    assert isinstance(error, PairError)
    assert error.found == (
        "no scene of site maungdaw is from 2017-08-25, since when a change is suspected, or earlier; "
        "the earliest is x (2017-09-20 00:00 UTC), and 1 have no date"
    )
    assert error.do == "add one, or choose one with --before"
    early = [make_scene("x", "2017-08-20"), make_scene("y", "2017-09-02")]
    assert "the latest is y" in _error(choose(site, early, seen=Looks())).found


def test_nothing_to_choose_from(make_scene: MakeScene, site: Site, timeless: Site) -> None:
    assert "there are no scenes" in _error(choose(site, [], seen=Looks())).found
    assert (
        "none of the 1 scenes of site maungdaw has a date"
        in _error(choose(timeless, [make_scene("a", None)], seen=Looks())).found
    )
    error = _error(choose(timeless, [make_scene("a")], seen=Looks()))
    assert isinstance(error, PairError)
    assert error.found == "before and after are the same scene (a)"


def test_swapped_wishes_and_the_same_scene_twice(make_scene: MakeScene, site: Site) -> None:
    scenes = [make_scene("early", "2016-08-20"), make_scene("late", "2018-08-20")]
    swapped = _error(choose(site, scenes, before="late", after="early", seen=Looks()))
    assert isinstance(swapped, PairError)
    assert swapped.do == "swap the two"
    assert "same scene" in _error(choose(site, scenes, before="late", after="late", seen=Looks())).found
    late = _error(choose(site, scenes, before="late", after=(dt.datetime(2016, 1, 1), "year"), seen=Looks()))  # noqa: DTZ001 - bare times are UTC
    assert "same scene" in late.found or "taken after" in late.found


def test_an_unknown_scene_is_named_with_those_like_it(make_scene: MakeScene, site: Site) -> None:
    error = _error(choose(site, [make_scene("planet-2017")], before="planet-2016", seen=Looks()))
    assert isinstance(error, PairError)
    assert error.needed == "near it are planet-2017"


def test_units_that_do_not_match_are_no_choice(make_scene: MakeScene, site: Site) -> None:
    before, after = make_scene("b", "2017-08-20"), make_scene("a", "2017-11-02", units="reflectance")
    error = _error(choose(site, [before, after], seen=Looks()))
    assert isinstance(error, PairError)
    assert "digital numbers" in error.found
    matching = make_scene("m", "2018-11-02")
    assert _ids(choose(site, [before, after, matching], seen=Looks())) == ("b", "m")


def test_two_copies_of_one_scene_are_not_compared(make_scene: MakeScene, site: Site) -> None:
    copies = [make_scene("b", "2017-08-20", sha256="x"), make_scene("copy", "2017-11-02", sha256="x")]
    assert "same scene" in _error(choose(site, copies, seen=Looks())).found
    other = make_scene("other", "2018-11-02", sha256="y")
    assert _ids(choose(site, [*copies, other], seen=Looks())) == ("b", "other")


def test_coverage_is_refused_for_the_site_not_raised(make_scene: MakeScene, site: Site) -> None:
    elsewhere = dataclasses.replace(site, geometry=circle(Point(5, 5), 500))
    scenes = [make_scene("b", "2017-08-20"), make_scene("a", "2017-11-02")]
    assert isinstance(_error(choose(elsewhere, scenes, seen=Looks())), CoverageError)
    wished = _error(choose(elsewhere, scenes, before="b", after="a", seen=Looks()))
    assert "lies outside b" in wished.found
    dark = _error(choose(site, scenes, seen=Looks(default=0.0)))
    assert isinstance(dark, CoverageError)
    assert "nothing of site maungdaw can be seen" in dark.found


def test_scenes_elsewhere_do_not_disturb(make_scene: MakeScene, site: Site) -> None:
    far = GeoBox.from_bbox((176_000, 1_316_000, 196_000, 1_336_000), "EPSG:32647", resolution=10)
    scenes = [make_scene(date, date) for date in ("2017-08-20", "2017-11-02")]
    strangers = [make_scene("x", "2017-08-24", grid=far), make_scene("y", "2017-11-01", grid=far)]
    assert _ids(choose(site, strangers + scenes, seen=Looks())) == ("2017-08-20", "2017-11-02")
