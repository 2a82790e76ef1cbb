"""How much of a site a scene can show, by the geometry of both."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from odc.geo.crs import CRS
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from sitewatch.catalogue.sites import ground_area_m2
from sitewatch.errors import CoverageError
from sitewatch.grid import WGS84, pixel_area_m2, require_crs
from sitewatch.records import Scene, Site

# Fewer pixels than this show neither a shape nor a change of one.
LEAST_PIXELS = 4.0
# A site of which less than this lies in a scene reaches far beyond it; a verdict would be about its edge.
LEAST_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Cover:
    """What a scene's grid can show of a site.

    Attributes
    ----------
    share : float
        Part of the site's area that lies within the grid, 0..1.
    pixels : float
        Area of the whole site in pixels of the scene.
    """

    share: float
    pixels: float


def cover(scene: Scene, site: Site) -> Cover:
    """Return what a scene's grid can show of a site.

    Raises
    ------
    CoverageError
        If the scene has no CRS.
    """
    crs = require_crs(scene.grid)
    footprint: BaseGeometry = scene.grid.extent.geom
    pixels = ground_area_m2(site.geometry) / pixel_area_m2(scene.grid)
    parts = _projected(site.geometry, crs)
    if crs.geographic:
        parts = [_turned(part, footprint.centroid.x) for part in parts]
    whole = sum(part.area for part in parts)
    inside = sum(part.intersection(footprint).area for part in parts if footprint.intersects(part))
    return Cover(min(inside / whole, 1.0) if whole > 0 else 0.0, pixels)


def check_site(site: Site, *scenes: Scene) -> Cover:
    """Refuse a site that none of the scenes can show; return the best cover otherwise.

    Raises
    ------
    CoverageError
        If no scene overlaps the site, or the site is far larger or far smaller than the scenes allow.
    """
    covers = [cover(scene, site) for scene in scenes]
    fit = [one for one in covers if fits(one)]
    if fit:
        return max(fit, key=lambda one: one.share)
    raise refusal(site, scenes, covers)


def fits(one: Cover) -> bool:
    """Say whether a site is neither far larger nor far smaller than a scene allows."""
    return one.share >= LEAST_SHARE and one.pixels >= LEAST_PIXELS


def refusal(site: Site, scenes: Sequence[Scene], covers: Sequence[Cover]) -> CoverageError:
    """Say why none of the scenes can show a site."""
    touching = [n for n, one in enumerate(covers) if one.share > 0]
    if not touching:
        return _elsewhere(site, scenes)
    widest = max(touching, key=lambda n: covers[n].share)
    area = ground_area_m2(site.geometry)
    if covers[widest].share < LEAST_SHARE:
        return CoverageError(
            f"site {site.id} ({_area(area)}) reaches far beyond its scenes: {scenes[widest].id} covers most, "
            f"{100 * covers[widest].share:.2g} %",
            f"at least {100 * LEAST_SHARE:.0f} % is needed",
            "add scenes that cover it, or draw smaller sites",
        )
    finest = max(touching, key=lambda n: covers[n].pixels)
    return CoverageError(
        f"site {site.id} ({_area(area)}) is {covers[finest].pixels:.2g} pixels of {scenes[finest].id} "
        f"({scenes[finest].gsd_m:.3g} m)",
        f"at least {LEAST_PIXELS:.0f} pixels are needed",
        "draw a larger site (--radius for points), or add finer scenes",
    )


def _elsewhere(site: Site, scenes: Sequence[Scene]) -> CoverageError:
    middle = site.geometry.representative_point()
    swapped = _swapped(site)
    hit = next((scene for scene in scenes if swapped is not None and _touches(scene, swapped)), None)
    return CoverageError(
        f"site {site.id} ({middle.y:.4f}, {middle.x:.4f}) lies outside "
        + (f"all {len(scenes)} scenes" if len(scenes) != 1 else scenes[0].id),
        "a scene that covers it is needed",
        f"swap longitude and latitude: {hit.id} shows the place where it would lie then"
        if hit is not None
        else "add one, or check the site's coordinates",
    )


def _swapped(site: Site) -> BaseGeometry | None:
    west, _, east, _ = site.geometry.bounds
    if west < -90 or east > 90:
        return None
    turned: BaseGeometry = shapely.transform(site.geometry, lambda pairs: pairs[:, ::-1])
    return turned


def _touches(scene: Scene, shape: BaseGeometry) -> bool:
    parts = _projected(shape, require_crs(scene.grid))
    return any(scene.grid.extent.geom.intersects(part) for part in parts)


def _projected(shape: BaseGeometry, crs: CRS) -> list[BaseGeometry]:
    """Bring the parts of a shape from WGS84 to a CRS; none where the CRS cannot show them.

    They stay apart: two that were cut at the antimeridian share an edge elsewhere, which no valid multi-part
    shape may have.
    """
    forward = CRS(WGS84).transformer_to_crs(crs, always_xy=True)

    def project(pairs: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(forward(pairs[:, 0], pairs[:, 1]))

    moved = project(shapely.get_coordinates(shape))
    if not np.isfinite(moved).all():
        return []
    there = shapely.transform(shape, lambda _: moved)
    return [part for part in shapely.get_parts(there) if part.is_valid]


def _turned(part: BaseGeometry, middle: float) -> BaseGeometry:
    """Bring a shape in degrees to the turn of the globe on which a grid is written."""
    return translate(part, 360.0 * round((middle - part.centroid.x) / 360))


def _area(area: float) -> str:
    return f"{area / 1e6:.3g} km2" if area >= 1e5 else f"{area:.3g} m2"
