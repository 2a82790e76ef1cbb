"""Copies of a pair's images with changes drawn into them, at the same ground on both dates.

This module and no other of the detector's side knows the drawing of scenes (decision 11): what it draws is
written to files, and the recipe reads those as it reads any others.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from shapely import Polygon

from sitewatch.grid import WGS84, gsd_m, pixel_size_m, require_crs
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.records import Band, Pair, Scene
from sitewatch.runs.smallest.ground import Ground, Part
from sitewatch.runs.smallest.places import Place
from sitewatch.simulate.implants import (
    OWN_ROOFS,
    Conditions,
    Event,
    Implant,
    coverage,
    draw_overlay,
    fit_tone,
    half_diagonal_m,
    lay,
    make_implant,
    own_roof,
)

__all__ = ["Event", "Planned", "drawn", "half_diagonal_m", "implant_pair", "plan"]

# Where nobody says where the sun stood: in the middle of the morning, on the equator's side.
_SUN_NORTH, _SUN_SOUTH, _SUN_ELEVATION = 145.0, 35.0, 50.0


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """An implant at its place.

    Attributes
    ----------
    seed : int
        Of its texture and noise.
    """

    implant: Implant
    place: Place
    seed: int

    def shares(self, ground: Ground, *, in_after: bool) -> tuple[tuple[slice, slice], NDArray[np.float32]]:
        """Return a window of the judged grid, and how much of each pixel the footprint covers (0..1).

        It lies where the date's own georeference shows it, as detections are drawn.
        """
        matrix = _to_pixels(ground, self.place, ground.grid, in_after=in_after)
        corners = self.implant.outline @ matrix[:, :2].T + matrix[:, 2]
        rows, cols = ground.grid.shape
        left, top = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, (cols - 1, rows - 1))
        right, bottom = np.clip(np.ceil(corners.max(axis=0)).astype(int), (left + 1, top + 1), (cols, rows))
        share = coverage(Polygon(corners), int(left), int(top), (int(bottom - top), int(right - left)))
        return (slice(int(top), int(bottom)), slice(int(left), int(right))), share


def plan(ground: Ground, place: Place, rng: np.random.Generator, *, kind: Event, area_m2: float) -> Planned:
    """Draw up an implant; half of the roofs have colours of the place, where it offers some."""
    dates = _suns(ground)
    made = make_implant(kind, area_m2, rng, resolution_m=gsd_m(ground.grid), sun=dates)
    if rng.random() < OWN_ROOFS:
        in_after = kind == "construction"
        reflectance = ground.scene(in_after=in_after).units == "reflectance"
        image = ground.seen[in_after]
        colour = own_roof(image, ground.bands, fit_tone(image, ground.bands, reflectance=reflectance), rng)
        if colour is not None:
            made = replace(made, roof=dict(zip(ground.bands, map(float, colour), strict=True)))
    return Planned(made, place, int(rng.integers(2**32)))


def implant_pair(ground: Ground, planned: Sequence[Planned], folder: Path) -> Pair:
    """Write both images' parts around a window with implants in them, and return the pair of these.

    Numbers, scales, types' precision and grids are the files' own; provider's masks are those of the scenes.

    Raises
    ------
    OutputError
        If a copy cannot be written.
    """
    before, after = (_implanted(ground, planned, folder, in_after=in_after) for in_after in (False, True))
    return replace(ground.pair, before=before, after=after)


def _implanted(ground: Ground, planned: Sequence[Planned], folder: Path, *, in_after: bool) -> Scene:
    bands: list[Band] = []
    for number, part in enumerate(ground.parts[in_after]):
        own = drawn(part, ground, planned, in_after=in_after)
        path = folder / f"{'after' if in_after else 'before'}-{number}.tif"
        write_geotiff(path, part.stored(own), part.grid, Labels(nodata=float("nan")))
        bands += [
            replace(band, href=str(path), index=index, nodata=None)
            for index, band in enumerate(part.bands, 1)
        ]
    return replace(ground.scene(in_after=in_after), bands=tuple(bands), grid=ground.homes[in_after])


def drawn(part: Part, ground: Ground, planned: Sequence[Planned], *, in_after: bool) -> NDArray[np.float32]:
    """Return the pixels of one file with every implant's share of that date in them."""
    pixels = part.pixels.copy()
    if not np.isfinite(pixels).reshape(len(pixels), -1).any(axis=1).all():
        return pixels
    scene = ground.scene(in_after=in_after)
    tone = fit_tone(pixels, part.names, reflectance=scene.units == "reflectance")
    sun = _suns(ground)[in_after]
    for one in planned:
        world = one.implant.after if in_after else one.implant.before
        if world is None:
            continue
        rng = np.random.default_rng((one.seed, in_after))
        overlay = draw_overlay(one.implant, world, sun, rng, bands=part.names, pixel_m=gsd_m(part.grid))
        lay(pixels, overlay, _to_pixels(ground, one.place, part.grid, in_after=in_after), tone, rng=rng)
    return pixels


def _to_pixels(ground: Ground, place: Place, target: GeoBox, *, in_after: bool) -> NDArray[np.float64]:
    """Return the (2, 3) matrix from metres about a place to the columns and rows of a grid that shows it."""
    width, height = pixel_size_m(ground.grid)
    far = 10 * max(width, height)
    cols = place.col + np.array([0.0, far, 0.0]) / width
    rows = place.row + np.array([0.0, 0.0, far]) / height
    east, north = _applied(ground.grid.affine, cols, rows)
    if in_after:
        east, north = ground.registration.to_after(east, north)
    if target.crs != ground.grid.crs:
        there = require_crs(ground.grid).transformer_to_crs(require_crs(target), always_xy=True)
        east, north = there(east, north)
    x, y = _applied(~target.affine, np.asarray(east), np.asarray(north))
    return np.array([[x[1] - x[0], x[2] - x[0], far * x[0]], [y[1] - y[0], y[2] - y[0], far * y[0]]]) / far


def _applied(
    step: Affine, x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return step.a * x + step.b * y + step.c, step.d * x + step.e * y + step.f


def _suns(ground: Ground) -> tuple[Conditions, Conditions]:
    """Return how each date is lit."""
    lonlat = ground.grid.extent.centroid.to_crs(WGS84)
    usual = _SUN_NORTH if lonlat.coords[0][1] >= 0 else _SUN_SOUTH
    return (
        _sun(ground.pair.before, usual),
        _sun(ground.pair.after, usual),
    )


def _sun(scene: Scene, usual: float) -> Conditions:
    view = scene.view
    return Conditions(
        # Nothing drawn depends on the date.
        scene.datetime or dt.datetime(2000, 1, 1, tzinfo=dt.UTC),
        sun_azimuth=view.sun_azimuth if view.sun_azimuth is not None else usual,
        sun_elevation=min(max(view.sun_elevation or _SUN_ELEVATION, 10.0), 90.0),
    )
