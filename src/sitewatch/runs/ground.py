"""Which ground of a pair is judged, and on which grid."""

import math

from odc.geo.geobox import GeoBox

from sitewatch.catalogue.pairs import check_site
from sitewatch.grid import coarsened, from_shapely, gsd_m, overlap, require_crs, window
from sitewatch.records import Pair, Site

# A pixel this much coarser than the other scene's sets the grid.
_COARSER = 1.2
# Ground around a site that is read with it, to register the scenes and to learn what unchanged ground does:
# at least this many pixels in all, and a margin of this share of the site's size.
_LEAST_PX = 384
_MARGIN = 0.5


def whole_ground(pair: Pair) -> GeoBox:
    """Return the grid on which the whole overlap of a pair is judged.

    It is the before scene's grid; where the after scene is coarser, that grid coarsened by a whole factor, so
    that no detail is invented.

    Raises
    ------
    CoverageError
        If the scenes do not overlap.
    """
    return coarsened(overlap(pair.before.grid, pair.after.grid), _factor(pair))


def site_ground(site: Site, pair: Pair) -> GeoBox:
    """Return the grid on which a site is judged: the site with ground around it, inside the overlap.

    Raises
    ------
    CoverageError
        If the site lies outside the scenes, or is too small for their resolution.
    """
    shared = overlap(pair.before.grid, pair.after.grid)
    factor = _factor(pair)
    shape = from_shapely(site.geometry).to_crs(require_crs(shared))
    for scene in (pair.before, pair.after):
        check_site(site, scene)
    core = window(shared, shape)
    side = max(core.shape)
    margin = max(math.ceil(_MARGIN * side), math.ceil((_LEAST_PX * factor - side) / 2), 1)
    wide = window(shared, shape, margin=margin)
    return coarsened(_aligned(shared, wide, factor), factor)


def _factor(pair: Pair) -> int:
    ratio = gsd_m(pair.after.grid) / gsd_m(pair.before.grid)
    return max(1, round(ratio)) if ratio > _COARSER else 1


def _aligned(shared: GeoBox, part: GeoBox, factor: int) -> GeoBox:
    """Start a window at a whole coarse pixel, so that neighbouring sites share one grid."""
    if factor == 1:
        return part
    col, row = (round(value) for value in ~shared.affine * (part.affine.c, part.affine.f))
    top, left = row // factor * factor, col // factor * factor
    rows, cols = part.shape
    return shared[top : row + rows, left : col + cols]
