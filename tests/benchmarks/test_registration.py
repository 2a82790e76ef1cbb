"""Pairs with a known warp come back, and those that show nothing in common do not."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.registration import Outcome, line, numbers, outcomes, table
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.simulate import Recipe, draw_pair


def test_drawn_pairs_are_registered_and_hopeless_ones_are_not():
    found = list(outcomes(2, None, 0))
    drawn = [one for one in found if one.group == "drawn"]
    assert len(drawn) == 2
    assert all(one.said == "registered" and one.ended < 0.1 < one.began for one in drawn)
    hopeless = [one for one in found if one.group != "drawn"]
    assert {one.group for one in hopeless} == {"cloud", "water", "wrong place"}
    assert all(one.said != "registered" for one in hopeless)


def test_pairs_of_a_manifest_are_warped_and_come_back(tmp_path: Path):
    for place in (3, 4):
        pair = draw_pair(Recipe(size=(160, 160)), place)
        for name, scene in (("before", pair.before), ("after", pair.after)):
            grid = scene.grid.translate_pix(1000 * place, 0)
            write_geotiff(tmp_path / f"{name}{place}.tif", scene.pixels, grid, Labels(nodata=0))
    manifest = tmp_path / "MANIFEST.csv"
    rows = [
        f"{name},{place},before{place}.tif,after{place}.tif" for name, place in (("town", 3), ("hill", 4))
    ]
    manifest.write_text("\n".join(["set,pair,before,after", *rows]), "utf-8")
    all_of_them = list(outcomes(0, manifest, 1))
    assert all(one.said != "registered" for one in all_of_them if one.group in {"wrong place", "cloud"})
    found = {one.group: one for one in all_of_them if one.place == "town"}
    assert set(found) == {"real", "itself", "cloud", "wrong place"}
    assert found["itself"].ended < 0.1
    assert found["real"].ended < 0.3
    assert found["real"].began > 0.3


def test_what_ended_worse_is_counted_by_place():
    found = [
        Outcome("drawn", "desert", 1.0, 0.3, "registered"),
        Outcome("drawn", "desert", 0.1, 0.4, "registered"),
        Outcome("drawn", "forest", 1.0, None, "refused"),
    ]
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table(found).splitlines()]
    rows = {line[1]: line[2:] for line in lines}
    assert rows["desert"] == ["2", "0.711", f"{np.sqrt(0.125):.3f}", "0.350", "0.400", "1", "0", "0"]
    assert rows["forest"][-2:] == ["1", "0"]
    assert json.loads(numbers(found))[2]["ended"] is None
    assert line(found[0]) == "drawn, desert: registered, 1.000 px to 0.300"
    assert line(found[2]) == "drawn, forest: refused"


@pytest.mark.parametrize("began", [None, 1.0])
def test_a_refused_pair_is_not_worse(began: float | None):
    assert not Outcome("water", "drawn", began, None, "refused").worse
