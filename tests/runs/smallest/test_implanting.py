"""Copies with implants are the images themselves but for what was drawn, at the same ground on both dates."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from tests.runs.smallest.conftest import SHIFT, Quiet

from sitewatch.io.rasters import load
from sitewatch.pipeline.view import load_registered
from sitewatch.records import KIND_CODES, MaskLayer
from sitewatch.runs.smallest.ground import Ground
from sitewatch.runs.smallest.implanting import Planned, implant_pair, plan
from sitewatch.runs.smallest.places import Place
from sitewatch.runs.smallest.trial import outcome


def planned(quiet: Quiet, *, seed: int = 3) -> list[Planned]:
    ground, rng = quiet.ground(), np.random.default_rng(seed)
    return [
        plan(ground, Place(30.0, 40.0, True), rng, kind="construction", area_m2=150.0),
        plan(ground, Place(80.0, 45.5, True), rng, kind="demolition", area_m2=150.0),
        plan(ground, Place(60.2, 90.0, True), rng, kind="burning", area_m2=150.0),
    ]


def test_only_ground_around_the_implants_changes_and_numbers_stay_whole(quiet: Quiet, tmp_path: Path):
    ground = quiet.ground()
    pair = implant_pair(ground, planned(quiet), tmp_path)
    for old, new, shift in ((quiet.pair.before, pair.before, (0, 0)), (quiet.pair.after, pair.after, SHIFT)):
        dx, dy = (shift.dx, shift.dy) if shift is SHIFT else (0, 0)
        first, second = (load(scene, ground.grid).to_numpy() for scene in (old, new))
        touched = (first != second).any(axis=0)
        row, col = np.mgrid[:120, :120]
        near = np.zeros_like(touched)
        for one in planned(quiet):
            reach = one.implant.reach_m + 4
            near |= (abs(row - one.place.row - dy) < reach) & (abs(col - one.place.col - dx) < reach)
        assert touched.any()
        assert not touched[~near].any()
        assert np.array_equal(second, np.rint(second))


def test_what_stands_on_each_date_is_at_the_registered_ground(quiet: Quiet, tmp_path: Path):
    ground = quiet.ground()
    pair = implant_pair(ground, planned(quiet), tmp_path)
    before, after = (
        np.abs(new.to_numpy() - old).sum(axis=0)
        for new, old in zip(load_registered(pair, quiet.registration, ground.grid), ground.seen, strict=True)
    )
    built, razed, burned = (
        (
            slice(int(one.place.row) - 4, int(one.place.row) + 4),
            slice(int(one.place.col) - 4, int(one.place.col) + 4),
        )
        for one in planned(quiet)
    )
    assert after[built].mean() > 20
    assert before[built].mean() < 5
    assert before[razed].mean() > 20
    assert after[razed].mean() < 5
    assert before[burned].mean() > 20
    assert after[burned].mean() > 20


def test_the_same_building_on_both_dates_stands_on_the_same_ground(quiet: Quiet, tmp_path: Path):
    ground = quiet.ground()
    twins = [
        plan(ground, Place(60.3, 70.8, True), np.random.default_rng(8), kind=kind, area_m2=200.0)
        for kind in ("construction", "demolition")
    ]
    pair = implant_pair(ground, twins, tmp_path)
    dates = load_registered(pair, quiet.registration, ground.grid)
    before, after = (
        np.abs(new.to_numpy() - old).sum(axis=0) for new, old in zip(dates, ground.seen, strict=True)
    )
    likeness = {
        (dx, dy): float(np.corrcoef(before.ravel(), np.roll(after, (dy, dx), axis=(0, 1)).ravel())[0, 1])
        for dx in (-1, 0, 1)
        for dy in (-1, 0, 1)
    }
    assert max(likeness, key=lambda move: likeness[move]) == (0, 0)
    assert likeness[0, 0] > 0.9


def test_the_same_seed_writes_the_same_bytes(quiet: Quiet, tmp_path: Path):
    pixels = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        pair = implant_pair(quiet.ground(), planned(quiet), tmp_path / name)
        pixels.append([load(scene, scene.grid).to_numpy() for scene in (pair.before, pair.after)])
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(*pixels, strict=True))


def test_masks_scales_and_bands_are_those_of_the_scenes(quiet: Quiet, tmp_path: Path):
    scaled = tuple(replace(band, scale=0.004, offset=-0.02) for band in quiet.pair.before.bands)
    mask = MaskLayer("scl", "mask.tif")
    before = replace(quiet.pair.before, bands=scaled, units="reflectance", masks=(mask,))
    grid = quiet.ground().grid
    ground = Ground.read(replace(quiet.pair, before=before), quiet.registration, grid, margin_m=10.0)
    pair = implant_pair(ground, [], tmp_path)
    assert pair.before.masks == (mask,)
    assert [(band.name, band.scale) for band in pair.before.bands] == [
        (band.name, band.scale) for band in scaled
    ]
    first, second = (load(scene, ground.grid).to_numpy() for scene in (before, pair.before))
    assert np.array_equal(first, second)


def test_found_is_what_detections_cover_where_they_are_drawn(quiet: Quiet):
    ground = quiet.ground()
    built, razed, _ = planned(quiet)
    empty = np.zeros((120, 120), np.uint8)
    assert not outcome(built, empty, ground).found
    in_after = empty.copy()
    # Construction is drawn where the after image shows it: four columns right, three rows up.
    in_after[22:33, 39:50] = KIND_CODES["construction"]
    assert outcome(built, in_after, ground).named
    as_other_kind = np.where(in_after > 0, KIND_CODES["demolition"], 0).astype(np.uint8)
    moved = np.roll(as_other_kind, (3, -4), axis=(0, 1))
    seen = outcome(built, moved, ground)
    assert (seen.found, seen.named) == (True, False)
    assert not outcome(razed, in_after, ground).found
    assert not outcome(built, np.where(in_after > 0, KIND_CODES["other"], 0).astype(np.uint8), ground).found
    corner = empty.copy()
    corner[20:25, 30:44] = KIND_CODES["construction"]
    assert not outcome(built, corner, ground).found
