"""Measure ``runs/smallest/table.json``: how small a change is typically found, and whether that is true.

    python -m training.smallest --data ../shared/data --cache FOLDER

In the middle of each pair a site is laid, and `runs.smallest` finds what would have been seen there, as
``sitewatch detect --smallest`` does. Then other implants, of the very size that was stated, are put into the
same images: nine in ten of these must be found. A pair's outcomes are kept in FOLDER and not measured again
(``--afresh``: they are; so it must be after the models were fitted anew). A minute of one processor a pair;
``--pair`` measures some of them, so that several processes can share the work, and ``--table`` only
fits the table on what is there.
"""

import json
import math
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from sitewatch import __version__
from sitewatch.evaluate.detectable import AIM, Curve, Tried, fit_curve
from sitewatch.grid import WGS84, gsd_m
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.pipeline.detect import detect
from sitewatch.records import Kind, Pair, Site
from sitewatch.runs.benchmark.manifest import Entry, read_manifest
from sitewatch.runs.benchmark.trial import compare_options
from sitewatch.runs.compare import open_pair
from sitewatch.runs.ground import site_ground, whole_ground
from sitewatch.runs.smallest.search import KINDS_SOUGHT, OF_A_KIND, find_smallest, rounded, size_range
from sitewatch.runs.smallest.table import CLASSES, TABLE, ImageryClass, class_of
from sitewatch.runs.smallest.trial import Outcome, Trials
from sitewatch.settings import Settings
from sitewatch.simulate import SIX, Recipe, Shift, draw_pair

# Pairs of every class of imagery, mostly quiet ones.
PAIRS = (
    "mexico/00000000", "mexico/00000068", "mexico/00000129", "levir/test_1", "levir/test_5",
    "michael/michael-105", "michael/michael-57", "xbd/florence-4", "dsifn/0", "dsifn/4", "dsifn/8",
    "series-naip/20120731_20150926", "series-naip/20170827_20200831",
    "calfire/DOVE_20241019", "calfire/LIDIA_20250108", "landsat/taizhou",
)  # fmt: skip
# Half a side of the site in the middle of a pair, pixels.
HALF = 140
# Drawn pairs on which nothing happens: for the mark, not for the table.
DRAWN = {
    "drawn/fine": Recipe(0.5, size=(420, 420), events=(), shift=Shift(3.3, -2.4)),
    "drawn/desert": Recipe(1.0, size=(420, 420), ground="desert", events=(), shift=Shift(-1.7, 2.2)),
    "drawn/coarse": Recipe(10.0, SIX, size=(420, 420), events=(), shift=Shift(1.3, 0.8)),
}
RUNS, FRESH = 8, 3
_OTHER_SEEDS = 1_000_000

Row = dict[str, Any]


def measure(name: str, pair: Pair) -> Row:
    """Find what would have been seen in the middle of a pair, and try other implants of that size."""
    settings = Settings()
    site = Site(name.replace("/", "-"), name, "other", _middle(pair))
    detection = detect(pair, site_ground(site, pair), settings)
    trials = Trials.of(site, detection, settings)
    found = find_smallest(trials, RUNS)
    stated = [(kind, area) for kind, area in found.m2.items() if math.isfinite(area)]
    fresh = [
        one for seed in range(FRESH) for one in trials.run(stated * _copies(stated), _OTHER_SEEDS + seed)
    ]
    return {
        "pair": name,
        "model": detection.facts["model"]["name"],
        "pixel_m": gsd_m(detection.grid),
        "low_m2": size_range(trials)[0],
        "largest_m2": found.largest_m2,
        "runs": found.runs,
        "m2": {kind: area if math.isfinite(area) else None for kind, area in found.m2.items()},
        "outcomes": [_plain(one) for one in found.outcomes],
        "fresh": [_plain(one) for one in fresh],
    }


def _copies(stated: Sequence[Any]) -> int:
    return OF_A_KIND * len(KINDS_SOUGHT) // max(len(stated), 1)


def _middle(pair: Pair) -> BaseGeometry:
    grid = whole_ground(pair)
    row, col = (length // 2 for length in grid.shape)
    part = grid[max(row - HALF, 0) : row + HALF, max(col - HALF, 0) : col + HALF]
    return part.extent.to_crs(WGS84).geom


def _plain(one: Outcome) -> list[Any]:
    return [one.kind, one.area_m2, one.found, one.named, one.inside]


def table(rows: Sequence[Row]) -> dict[str, Any]:
    """Average the curves of the pairs of each class of imagery, every pair weighing the same."""
    classes = {
        imagery.name: _class(imagery, own)
        for imagery in CLASSES
        if (own := [row for row in rows if class_of(row["model"], row["pixel_m"]) == imagery])
    }
    return {"version": 1, "sitewatch": __version__, "aim": AIM, "classes": classes}


def _class(imagery: ImageryClass, rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "pairs": [row["pair"] for row in rows],
        "largest": _sizes(imagery, rows)[-1],
        "kinds": {kind: _cell(imagery, kind, rows) for kind in KINDS_SOUGHT},
    }


def _cell(imagery: ImageryClass, kind: Kind, rows: Sequence[Row]) -> dict[str, Any]:
    shares = averaged(imagery, kind, rows)
    size = _reached(_sizes(imagery, rows), shares)
    tried = [one for row in rows for one in _implants(row, kind)]
    return {
        "size": rounded(size) if math.isfinite(size) else None,
        "found_of_largest": round(float(shares[-1]), 3),
        "implants": len(tried),
        "found": sum(one.found for one in tried),
    }


def averaged(imagery: ImageryClass, kind: Kind, rows: Sequence[Row]) -> NDArray[np.float64]:
    """Return the mean over pairs of the share found at each of `_sizes`."""
    sizes = _sizes(imagery, rows)
    shares = []
    for row in rows:
        curve, unit = _curve(row, kind), imagery.unit_m2(row["pixel_m"])
        shares.append([curve.share(size * unit) for size in sizes])
    return np.asarray(np.mean(shares, axis=0))


def _curve(row: Row, kind: Kind) -> Curve:
    return fit_curve(_implants(row, kind), row["low_m2"], row["largest_m2"])


def _implants(row: Row, kind: Kind) -> list[Tried]:
    return [Tried(one[1], one[2]) for one in (*row["outcomes"], *row["fresh"]) if one[0] == kind]


def _sizes(imagery: ImageryClass, rows: Sequence[Row]) -> list[float]:
    """Return sizes that every pair of a class could try, in the unit of the class."""
    ends = [[row[end] / imagery.unit_m2(row["pixel_m"]) for row in rows] for end in ("low_m2", "largest_m2")]
    return [float(size) for size in np.geomspace(max(ends[0]), min(ends[1]), 200)]


def _reached(sizes: Sequence[float], shares: NDArray[np.float64]) -> float:
    reached = np.flatnonzero(shares >= AIM)
    return sizes[reached[0]] if len(reached) else math.nan


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """Say for each pair what was stated, and how often other implants of that size were found."""
    yield "| pair | kind | stated m2 | implants | found | as this kind | other implants | found |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for row in rows:
        for kind in KINDS_SOUGHT:
            first, second = _counts(row["outcomes"], kind), _counts(row["fresh"], kind)
            area = row["m2"][kind]
            stated = f"none to {row['largest_m2']:,.0f}" if area is None else f"{area:,.0f}"
            rest = f"{second[0]} | {second[1]}" if area is not None else "- | -"
            yield f"| {row['pair']} | {kind} | {stated} | {first[0]} | {first[1]} | {first[2]} | {rest} |"
    for kind in (*KINDS_SOUGHT, None):
        counts = [_counts(row["fresh"], kind) for row in rows]
        tried, found = (sum(count[place] for count in counts) for place in (0, 1))
        if tried:
            share = f"{found / tried:.1%}"
            yield f"{kind or 'all kinds'}: {found} of {tried} found, {share} (the mark: 90 +- 4 %)"


def left_out(rows: Sequence[Row]) -> Iterator[str]:
    """Say how often implants of the size that the other pairs of a class state are found in a pair."""
    for imagery in CLASSES:
        own = [row for row in rows if class_of(row["model"], row["pixel_m"]) == imagery]
        for kind in KINDS_SOUGHT:
            shares = []
            for row in own if len(own) > 1 else ():
                others = [other for other in own if other is not row]
                size = _reached(_sizes(imagery, others), averaged(imagery, kind, others))
                if math.isfinite(size):
                    shares.append(_curve(row, kind).share(size * imagery.unit_m2(row["pixel_m"])))
            if shares:
                said = f"{np.mean(shares):.2f} on {len(shares)} pairs left out, {min(shares):.2f} at worst"
                yield f"{imagery.name}, {kind}: {said}"


def _counts(outcomes: Sequence[Sequence[Any]], kind: Kind | None) -> tuple[int, int, int]:
    own = [one for one in outcomes if kind in (None, one[0])]
    return len(own), sum(one[2] for one in own), sum(one[3] for one in own)


@contextmanager
def _opened(name: str, entries: Mapping[str, Entry]) -> Iterator[Pair]:
    if name not in DRAWN:
        entry = entries[name]
        yield open_pair(entry.before, entry.after, compare_options(entry))
        return
    drawn = draw_pair(DRAWN[name], seed=1)
    with TemporaryDirectory() as folder:
        for date, scene in (("before", drawn.before), ("after", drawn.after)):
            write_geotiff(Path(folder) / f"{date}.tif", scene.pixels, scene.grid, Labels(0, scene.bands))
        before, after = (Path(folder) / f"{date}.tif" for date in ("before", "after"))
        yield open_pair(before, after, {"scale": 1e-4} if drawn.before.bands == SIX else {})


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure pairs, print what holds, and write the table."""
    given = _given(arguments)
    entries: Mapping[str, Entry] = {entry.name: entry for entry in read_manifest(given.data / "MANIFEST.csv")}
    given.cache.mkdir(parents=True, exist_ok=True)
    files = {name: given.cache / f"{name.replace('/', '-')}.json" for name in (*PAIRS, *DRAWN)}
    for name in () if given.table else given.pair or files:
        if given.afresh or not files[name].exists():
            with _opened(name, entries) as pair:
                files[name].write_text(json.dumps(measure(name, pair)), "utf-8")
            sys.stderr.write(name + "\n")
    if given.pair:
        return
    rows = [json.loads(file.read_text("utf-8")) for file in files.values() if file.exists()]
    real = [row for row in rows if row["pair"] in PAIRS]
    drawn = [row for row in rows if row["pair"] in DRAWN]
    for line in (*lines(real), *left_out(real), *lines(drawn)):
        sys.stdout.write(line + "\n")
    TABLE.write_text(json.dumps(table(real), indent=1) + "\n", "utf-8")


def _given(arguments: Sequence[str] | None) -> Namespace:
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True, help="where each pair's outcomes are kept")
    parser.add_argument("--pair", nargs="*", choices=(*PAIRS, *DRAWN), help="only measure these; no table")
    parser.add_argument("--afresh", action="store_true", help="measure pairs again that have been measured")
    parser.add_argument("--table", action="store_true", help="only fit the table on what was measured")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
