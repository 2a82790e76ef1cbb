"""Which ground of a pair is judged, and on which grid."""

import math

from odc.geo.geobox import GeoBox
from odc.geo.geom import Geometry

from sitewatch.errors import CoverageError
from sitewatch.grid import coarsened, from_shapely, gsd_m, overlap, require_crs, window
from sitewatch.records import Pair, Site

# A pixel this much coarser than the other scene's sets the grid.
_COARSER = 1.2
# Ground around a site that is read with it, to register the scenes and to learn what unchanged ground does:
# at least this many pixels in all, and a margin of this share of the site's size.
_LEAST_PX = 384
_MARGIN = 0.5
# A site smaller than this many pixels cannot be judged, nor one of which less than this share is shown.
_FEWEST_PX = 4
_LEAST_SHOWN = 0.02


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
    try:
        core = window(shared, shape)
    except CoverageError as error:
        raise CoverageError(
            f"site {site.id} lies outside scenes {pair.before.id} and {pair.after.id}", error.needed, error.do
        ) from error
    pixel = gsd_m(shared) * factor
    covered = shape.area / abs(shared.affine.determinant) / factor**2
    if covered < _FEWEST_PX:
        raise CoverageError(
            f"site {site.id} covers {covered:.1f} pixels of {pixel:g} m",
            f"at least {_FEWEST_PX} are needed",
            "choose scenes of finer resolution, or check the site's outline",
        )
    _refuse_overlarge(site, shape, core)
    side = max(core.shape)
    margin = max(math.ceil(_MARGIN * side), math.ceil((_LEAST_PX * factor - side) / 2), 1)
    wide = window(shared, shape, margin=margin)
    return coarsened(_aligned(shared, wide, factor), factor)


def _refuse_overlarge(site: Site, shape: Geometry, core: GeoBox) -> None:
    shown = (shape & core.extent).area / shape.area
    if shown < _LEAST_SHOWN:
        raise CoverageError(
            f"the scenes show {shown:.1%} of site {site.id}",
            f"at least {_LEAST_SHOWN:.0%} must lie inside them",
            "choose scenes that cover the site, or check its outline",
        )


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
