"""Drawn pairs: every ground and theme with all three kinds, and false friends where nothing happened.

No seed below `FIRST_SEED` is used: training uses those.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sitewatch.evaluate.objects import ENOUGH
from sitewatch.io.rasters import Labels, describe, load_labels, write_geotiff
from sitewatch.io.results import Run
from sitewatch.records import KIND_CODES, NOT_ASSESSABLE
from sitewatch.runs.benchmark.manifest import Entry
from sitewatch.simulate import RGB, SIX, DrawnPair, Recipe, draw_pair
from sitewatch.simulate.recipe import AFTER, BEFORE, GROUNDS, THEMES, Friend, Shift
from sitewatch.simulate.truth import covered

FIRST_SEED = 5000
DRAWN, FRIENDS = "drawn", "false friends"
FRIENDS_OUTLINES = "friends.tif"
# What people take for damage most often.
_FRIENDS: tuple[Friend, ...] = ("harvest", "flood", "shadow", "season", "haze", "repaint")
# Of the named kinds: "other" is what a false friend should be called.
_NAMED = tuple(code for kind, code in KIND_CODES.items() if kind != "other")


@dataclass(frozen=True, slots=True)
class Sensor:
    """What the drawn scenes are seen with: metres a pixel, bands, pixels a side."""

    pixel_m: float
    bands: tuple[str, ...]
    side: int

    @property
    def name(self) -> str:
        """``0.5 m``."""
        return f"{self.pixel_m:g} m"


SENSORS = (Sensor(0.5, RGB, 448), Sensor(1.0, RGB, 320), Sensor(10.0, SIX, 192))


def draw_events(folder: Path, limit: int | None = None) -> Iterator[Entry]:
    """Draw pairs with construction, burning and demolition: a pair a ground and theme, `limit` a sensor."""
    for sensor in SENSORS:
        places = [(ground, theme) for theme in THEMES for ground in GROUNDS]
        for number, (ground, theme) in enumerate(places[:limit]):
            recipe = replace(_recipe(sensor, number), ground=ground, theme=theme)
            name = f"{DRAWN}, {sensor.name}"
            yield _write(draw_pair(recipe, FIRST_SEED + number), folder, name, f"{ground}-{theme}")


def draw_friends(folder: Path, limit: int | None = None) -> Iterator[Entry]:
    """Draw pairs in which only one false friend happened: a pair a friend and ground, `limit` a sensor."""
    for sensor in (SENSORS[0], SENSORS[2]):
        places = [(friend, ground) for ground in GROUNDS for friend in _FRIENDS]
        for number, (friend, ground) in enumerate(places[:limit]):
            recipe = replace(_recipe(sensor, number), ground=ground, events=(), friends=(friend,))
            pair = draw_pair(recipe, FIRST_SEED + 100 + number)
            if pair.friends:
                yield _write(pair, folder, f"{FRIENDS}, {sensor.name}", f"{friend}-{ground}")


def typed_friends(entry: Entry, run: Run) -> tuple[int, int]:
    """Count the false friends of a pair that are typed as one of the three kinds, and all of them.

    One with an outline is if detections of the three kinds cover at least 30 % of it; one that takes the
    whole frame (another light, season, haze) is if there is any such detection.
    """
    path = entry.before.parent / FRIENDS_OUTLINES
    change = run.change_at().to_numpy()
    wrong = np.isin(change, _NAMED)
    if not path.is_file():
        return int(wrong.any()), 1
    outlines = load_labels(path, describe(entry.before).require_grid())
    shares = [float(wrong[outlines == number].mean()) for number in np.unique(outlines[outlines > 0])]
    return sum(share >= ENOUGH for share in shares), len(shares)


def _recipe(sensor: Sensor, number: int) -> Recipe:
    """Return a recipe whose light, season and sensor differ a little from pair to pair."""
    rng = np.random.default_rng(FIRST_SEED + number)
    before, after = (
        replace(
            usual,
            greenness=float(rng.uniform(0.4, 0.7)),
            sun_azimuth=usual.sun_azimuth + float(rng.uniform(-8, 8)),
            haze=float(rng.uniform(0.02, 0.06)),
            gain=float(rng.uniform(0.93, 1.07)),
        )
        for usual in (BEFORE, AFTER)
    )
    shift = Shift(float(rng.normal(0, 0.5)), float(rng.normal(0, 0.5)))
    return Recipe(
        resolution_m=sensor.pixel_m,
        bands=sensor.bands,
        size=(sensor.side, sensor.side),
        before=before,
        after=after,
        shift=shift,
    )


def _write(pair: DrawnPair, root: Path, name: str, place: str) -> Entry:
    folder = root / name / place
    folder.mkdir(parents=True)
    for date, scene in (("before", pair.before), ("after", pair.after)):
        labels = Labels(nodata=0, descriptions=scene.bands)
        write_geotiff(folder / f"{date}.tif", scene.pixels, scene.grid, labels)
    write_geotiff(folder / "truth.tif", _truth(pair), pair.before.grid)
    outlines = _outlines(pair)
    if outlines.any():
        write_geotiff(folder / FRIENDS_OUTLINES, outlines, pair.before.grid)
    sixteen = pair.before.pixels.dtype == np.uint16
    return Entry(
        set=name,
        pair=place,
        before=folder / "before.tif",
        after=folder / "after.tif",
        truth=folder / "truth.tif",
        bands=pair.before.bands,
        scale=1e-4 if sixteen else None,
        date_before=pair.before.datetime.date().isoformat(),
        date_after=pair.after.datetime.date().isoformat(),
        credit="drawn by sitewatch",
        kind="null: false friends" if name.startswith(FRIENDS) else "drawn",
    )


def _truth(pair: DrawnPair) -> NDArray[np.uint8]:
    unknown = pair.doubtful | ~(pair.before.valid & pair.after.valid)
    return np.where(unknown, NOT_ASSESSABLE, pair.truth).astype(np.uint8)


def _outlines(pair: DrawnPair) -> NDArray[np.uint8]:
    """Return the numbers of the false friends that have an outline, up to 254; 0 elsewhere."""
    out = np.zeros(pair.truth.shape, np.uint8)
    shapes = [friend.outline for friend in pair.friends if friend.outline is not None]
    for number, shape in enumerate(shapes[: NOT_ASSESSABLE - 1], 1):
        out[covered([shape], pair.truth.shape)] = number
    return out
