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

from sitewatch.catalogue.pairs import shared_bands
from sitewatch.grid import WGS84, gsd_m, pixel_size_m, require_crs, window
from sitewatch.io.rasters import Labels, describe, load, write_geotiff
from sitewatch.pipeline.registration import Registration
from sitewatch.pipeline.view import load_registered
from sitewatch.records import Band, Pair, Scene
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

__all__ = ["Event", "Ground", "Planned", "half_diagonal_m", "implant_pair", "plan"]

# Where nobody says where the sun stood: in the middle of the morning, on the equator's side.
_SUN_NORTH, _SUN_SOUTH, _SUN_ELEVATION = 145.0, 35.0, 50.0
# Ground around the judged window that registration reads beside its largest shift, pixels of the window.
_MARGIN_PX = 24


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The window of one run.

    Attributes
    ----------
    pair : Pair
        The images as they are.
    registration : Registration
        Of the run whose verdict is in question.
    grid : GeoBox
        That is judged; part of the before scene's grid or of that grid coarsened.
    before, after : (bands, rows, columns) float32
        Both dates registered on `grid`, NaN where there is nothing.
    """

    pair: Pair
    registration: Registration
    grid: GeoBox
    before: NDArray[np.float32]
    after: NDArray[np.float32]

    @classmethod
    def read(cls, pair: Pair, registration: Registration, grid: GeoBox) -> "Ground":
        """Read both dates on a grid."""
        before, after = load_registered(pair, registration, grid)
        return cls(pair, registration, grid, before.to_numpy(), after.to_numpy())


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
        scene, image = (ground.pair.after, ground.after) if in_after else (ground.pair.before, ground.before)
        bands = shared_bands(ground.pair.before, ground.pair.after)
        tone = fit_tone(image, bands, reflectance=scene.units == "reflectance")
        colour = own_roof(image, bands, tone, rng)
        if colour is not None:
            made = replace(made, roof=dict(zip(bands, map(float, colour), strict=True)))
    return Planned(made, place, int(rng.integers(2**32)))


def implant_pair(ground: Ground, planned: Sequence[Planned], folder: Path, *, margin_m: float) -> Pair:
    """Write both images' parts around a window with implants in them, and return the pair of these.

    Numbers, scales, types' precision and grids are the files' own; provider's masks are those of the scenes.

    Parameters
    ----------
    margin_m : float
        Ground around the window that is written with it: the largest shift that is looked for.

    Raises
    ------
    SitewatchError
        If an image cannot be read, or a copy not written.
    """
    before, after = (
        _implanted(ground, planned, folder, margin_m=margin_m, in_after=in_after)
        for in_after in (False, True)
    )
    return replace(ground.pair, before=before, after=after)


def _implanted(
    ground: Ground, planned: Sequence[Planned], folder: Path, *, margin_m: float, in_after: bool
) -> Scene:
    scene = ground.pair.after if in_after else ground.pair.before
    names = shared_bands(ground.pair.before, ground.pair.after)
    wanted = [band for band in scene.bands if band.name in names]
    margin = margin_m + _MARGIN_PX * gsd_m(ground.grid)
    bands: list[Band] = []
    for number, href in enumerate(dict.fromkeys(band.href for band in wanted)):
        own = [band for band in wanted if band.href == href]
        info = describe(href)
        home = info.grid or scene.grid.zoom_to(info.shape)
        part = _part(home, ground.grid, margin)
        pixels = load(replace(scene, grid=home), part, [band.name for band in own]).to_numpy()
        _draw(pixels, part, ground, planned, names=[band.name for band in own], in_after=in_after)
        stored = _stored(pixels, own, whole=np.issubdtype(np.dtype(info.dtype), np.integer))
        path = folder / f"{'after' if in_after else 'before'}-{number}.tif"
        write_geotiff(path, stored, part, Labels(nodata=float("nan")))
        bands += [
            replace(band, href=str(path), index=index, nodata=None) for index, band in enumerate(own, 1)
        ]
    return replace(scene, bands=tuple(bands), grid=_part(scene.grid, ground.grid, margin))


def _draw(
    pixels: NDArray[np.float32],
    part: GeoBox,
    ground: Ground,
    planned: Sequence[Planned],
    *,
    names: Sequence[str],
    in_after: bool,
) -> None:
    """Draw one date of every implant into the pixels of one file, in place."""
    if not np.isfinite(pixels).reshape(len(pixels), -1).any(axis=1).all():
        return
    scene = ground.pair.after if in_after else ground.pair.before
    tone = fit_tone(pixels, names, reflectance=scene.units == "reflectance")
    sun = _suns(ground)[in_after]
    for one in planned:
        world = one.implant.after if in_after else one.implant.before
        if world is None:
            continue
        rng = np.random.default_rng((one.seed, in_after))
        overlay = draw_overlay(one.implant, world, sun, rng, bands=names, pixel_m=gsd_m(part))
        lay(pixels, overlay, _to_pixels(ground, one.place, part, in_after=in_after), tone, rng=rng)


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


def _part(home: GeoBox, judged: GeoBox, margin_m: float) -> GeoBox:
    return window(home, judged.extent, margin=int(np.ceil(margin_m / gsd_m(home))))


def _stored(pixels: NDArray[np.float32], bands: Sequence[Band], *, whole: bool) -> NDArray[np.float32]:
    """Turn values into the numbers that a file of this type would hold."""
    scale, offset = (
        np.array([getattr(band, name) for band in bands], np.float32)[:, None, None]
        for name in ("scale", "offset")
    )
    numbers = (pixels - offset) / scale
    return np.asarray(np.rint(numbers) if whole else numbers, np.float32)


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
