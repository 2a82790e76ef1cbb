"""A small run, written file by file: across the antimeridian, with holes, with names of the worst kind."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox
from PIL import Image
from shapely import MultiPolygon, Polygon, box
from shapely.geometry import mapping

from sitewatch.catalogue.stac import scene_to_item
from sitewatch.evidence import Decision, Log, write_manifest
from sitewatch.io.results import Run, change_feature, site_feature, write_run_json, write_tables
from sitewatch.io.results.properties import ChangeRow
from sitewatch.records import Band, Change, Measurement, Pair, Rival, Scene, Site, Verdict

# Runs on beyond 180, as a person draws it, and has a hole that lies across the meridian, too.
ACROSS = Polygon(
    [(179.99, 51.0), (180.02, 51.0), (180.02, 51.02), (179.99, 51.02)],
    [[(179.998, 51.005), (179.998, 51.012), (180.004, 51.012), (180.004, 51.005)]],
)
HOLED = Polygon(
    [(10, 50), (10.01, 50), (10.01, 50.01), (10, 50.01)],
    # Counter-clockwise: the wrong way round for a hole.
    [[(10.002, 50.002), (10.004, 50.002), (10.004, 50.004), (10.002, 50.004)]],
)
REDRAWN = box(10.0001, 50.0001, 10.0031, 50.0031)
SCRIPT = "<script>alert(1)</script><img src=\"/etc/passwd\" onerror='x'>]]>&amp;\"'"
FORMULA = '=HYPERLINK("http://example.org","x")'
CONTROLS = "bell\x07 nul\x00 escape\x1b end"
HUGE = "A" * 10_000_000
CREDIT = "Contains drawn data 2020 <b>&"


def scene(name: str, day: dt.datetime, west: float, credit: str | None) -> Scene:
    grid = GeoBox((40, 50), Affine(0.0005, 0, west, 0, -0.0005, 50.02), "EPSG:4326")
    bands = tuple(Band(each, f"/home/someone/{name}.tif", at) for at, each in enumerate(("red", "nir"), 1))
    known = {"credit": credit, "licence": "CC-BY-4.0" if credit else None, "sha256": "ab" * 32}
    return Scene(name, bands, grid, 10.0, datetime=day, sensor="drawn", **known)


BEFORE = scene("s-before", dt.datetime(2020, 1, 2, 3, 4, 5, tzinfo=dt.UTC), 9.99, CREDIT)
AFTER = scene("s-after", dt.datetime(2021, 6, 7, 8, 9, 10, tzinfo=dt.UTC), 9.99, None)


def change(name: str, site: str, kind: Any, outline: Any, confidence: float = 0.9) -> Change:
    rest = 0.1 / 3
    kinds = {
        each: 0.9 if each == kind else rest for each in ("construction", "burning", "demolition", "other")
    }
    rivals = (Rival("shadow", "against", SCRIPT, Measurement(0.1, "")),)
    return Change(
        name,
        site,
        kind,
        confidence,
        kinds,
        1234.5,
        outline,
        {"d": Measurement(1.5, "px")},
        (FORMULA,),
        rivals,
    )


def verdict(site: Site, word: Any) -> Verdict:
    known = {"before": BEFORE, "after": AFTER, "p_value": 0.01, "q_value": 0.02}
    area = {"changed_m2": {"demolition": 99.0}, "changed_m2_range": {"demolition": (80.0, 120.0)}}
    return Verdict(site, word, CONTROLS, 1.0, kinds=("demolition",), **known, **area)


SITES = (
    (Site("across", SCRIPT, "settlement", ACROSS), "change"),
    (Site("holed", FORMULA, "settlement", HOLED), "change"),
    (Site("huge", HUGE, "other", box(10.0, 50.0, 10.01, 50.01)), "no_visible_change"),
    (Site("controls", CONTROLS + "\ud800", "other", box(10.0, 50.0, 10.01, 50.01)), "not_assessable"),
)
BOTH = MultiPolygon([box(10.005, 50.005, 10.006, 50.006), box(10.007, 50.005, 10.008, 50.006)])
CHANGES = (
    change("across-d", "across", "demolition", ACROSS),
    change("../../holed-b", "holed", "burning", HOLED),
    change("holed-c", "holed", "construction", BOTH),
    change("holed-d", "holed", "demolition", box(10.0005, 50.0005, 10.003, 50.003), float("nan")),
    change("holed-r", "holed", "demolition", box(10.001, 50.006, 10.002, 50.007), 0.3),
)


def decide(run: Run, name: str, status: str, **more: object) -> None:
    said = {
        "change_id": name,
        "reviewer": "R. One",
        "status": status,
        "at": dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
    }
    Log.of(run.path).write(Decision.model_validate({**said, **more}))


def picture(path: Path, size: tuple[int, int] = (50, 40)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = np.linspace(0, 255, size[1]).astype(np.uint8)
    pixels = np.dstack([np.repeat(rows[:, None], size[0], 1)] * 3 + [np.full(size[::-1], 255, np.uint8)])
    Image.fromarray(pixels).save(path, lossless=True) if path.suffix == ".webp" else Image.fromarray(
        pixels
    ).save(path)


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return the run, with decisions: one redrawn and called something else, one rejected, two open."""
    folder = tmp_path_factory.mktemp("made") / "run 1"
    folder.mkdir()
    pair = Pair(BEFORE, AFTER)
    changes = [change_feature(ChangeRow(each, pair, None), "run-1") for each in CHANGES]
    # A table that somebody else made may name files of the machine on which it is exported.
    changes[0]["properties"]["chip"] = "../../../../../../../../etc/passwd"
    changes[1]["properties"]["chip"] = "chips/holed.png"
    sites = [site_feature(verdict(site, word)) for site, word in SITES]
    sites[3]["properties"]["name"] = CONTROLS
    write_tables(folder, changes, sites)
    text = (folder / "sites.geojson").read_text("utf-8")
    (folder / "sites.geojson").write_text(text.replace("escape", "half \\ud800 escape"), "utf-8")
    items = {each.id: {"item": scene_to_item(each).to_dict()} for each in (BEFORE, AFTER)}
    pairs = [{"site": site.id, "before": BEFORE.id, "after": AFTER.id} for site, _ in SITES]
    info = {"run_id": "run-1", "sitewatch": "0.1.0", "scenes": items, "pairs": pairs, "fits": {}}
    write_run_json(folder, info)
    picture(folder / "chips" / "holed.png")
    looks = folder / "page" / "quicklooks"
    for side in ("before", "after"):
        picture(looks / f"holed_{side}.webp")
        picture(folder / "rasters" / "holed" / ("change.tif" if side == "before" else "score.tif"))
    note = {"key": "holed", "before": "holed_before.webp", "after": "holed_after.webp"}
    (looks / "holed.json").write_text(json.dumps({**note, "bounds": [10.0, 50.0, 10.01, 50.01]}))
    write_manifest(folder)
    made = Run.open(folder)
    decide(made, "holed-d", "confirmed", geometry=dict(mapping(REDRAWN)), note=FORMULA, kind="burning")
    decide(made, "across-d", "confirmed")
    decide(made, "holed-r", "rejected", note=SCRIPT)
    return made
