"""Which ground a chip shows: a square around the change, with context, on pixels as the scenes have them."""

import math
from dataclasses import dataclass

from affine import Affine
from odc.geo.geobox import GeoBox
from odc.geo.geom import Geometry

from sitewatch.grid import from_shapely, gsd_m, pixel_size_m, require_crs
from sitewatch.records import Change, Pair

# The frame is so many times as wide as the change ...
CONTEXT = 3.0
# ... but never smaller than this, so that a hut is seen among what is around it,
LEAST_PIXELS = 64
LEAST_SIDE_M = 60.0
# and never of more pixels than a panel can show.
MOST_PIXELS = 680
# A margin that keeps the outline of a change in sight where its frame cannot be as wide as wanted.
TIGHT = 1.15
# A figure has square pixels; a grid whose pixels differ from square by more than this is not drawn as it is.
SQUARE = 0.005


@dataclass(frozen=True, slots=True)
class _Span:
    """A stretch of rows or columns, in pixels of a lattice."""

    low: float
    high: float

    @property
    def length(self) -> float:
        return self.high - self.low


def chip_grid(change: Change, pair: Pair, size_m: float | None = None) -> GeoBox:
    """Return the frame of a change: up is north or nearly so, square on the ground, around the change.

    Where both scenes allow it, its pixels are those of one of them, so that nothing is resampled twice: of
    the coarser scene; of two alike, of the one by whose georeference the change is drawn. A scene whose
    pixels are not square on the ground (degrees away from the equator) gives way to the place's UTM zone.
    The change stands in the middle, unless the frame would reach beyond what both scenes cover: then the
    frame gives way, first sideways, then in size.

    Parameters
    ----------
    change : Change
    pair : Pair
    size_m : float, optional
        Side of the frame, metres. Still never fewer than 8 pixels, nor less than the change itself.

    Returns
    -------
    GeoBox
        At most `MOST_PIXELS` a side: larger frames have pixels a whole number of times as wide.
    """
    lattice = _square_lattice(_leading_grid(change, pair), change)
    shape = _spans(from_shapely(change.geometry), lattice)
    common = [
        _Span(max(a.low, b.low), min(a.high, b.high))
        for a, b in zip(*(_spans(s.grid.extent, lattice) for s in (pair.before, pair.after)), strict=True)
    ]
    extent = max(span.length for span in shape)
    side = _side(extent, gsd_m(lattice), size_m)
    room = max(span.length for span in common)
    if size_m is None and room > 0:
        side = max(min(side, math.floor(room)), math.ceil(TIGHT * extent))
    factor = math.ceil(side / MOST_PIXELS)
    pixels = math.ceil(side / factor)
    col, row = (_start(thing, room, pixels * factor) for thing, room in zip(shape, common, strict=True))
    affine = lattice.affine * Affine.translation(col, row) * Affine.scale(factor)
    return GeoBox((pixels, pixels), affine, lattice.crs)


def _side(extent: float, pixel_m: float, size_m: float | None) -> int:
    """Return the wanted side of the frame in pixels of the lattice."""
    if size_m is not None:
        return math.ceil(max(size_m / pixel_m, TIGHT * extent, 8))
    return math.ceil(max(CONTEXT * extent, LEAST_PIXELS, LEAST_SIDE_M / pixel_m))


def _start(thing: _Span, room: _Span, side: int) -> int:
    """Return where the frame begins: `thing` in its middle, moved into `room` as far as that is possible."""
    start = (thing.low + thing.high - side) / 2
    if room.length >= side:
        start = min(max(start, room.low), room.high - side)
    elif room.length > 0:
        start = (room.low + room.high - side) / 2
    # Never so far that the change leaves the frame.
    slack = max((side - TIGHT * thing.length) / 2, 0)
    middle = (thing.low + thing.high - side) / 2
    return round(min(max(start, middle - slack), middle + slack))


def _spans(shape: Geometry, lattice: GeoBox) -> tuple[_Span, _Span]:
    """Return the columns and the rows that a shape covers on a lattice."""
    local = shape.to_crs(require_crs(lattice), resolution=math.inf)
    left, top, right, bottom = local.transform(lambda x, y: ~lattice.affine * (x, y)).boundingbox.bbox
    return _Span(left, right), _Span(top, bottom)


def _leading_grid(change: Change, pair: Pair) -> GeoBox:
    drawn_in = pair.after if change.kind == "construction" else pair.before
    coarse, fine = sorted((pair.before, pair.after), key=lambda scene: -gsd_m(scene.grid))
    # 1.2, as in io.rasters: two pixel sizes of one sensor count as alike.
    return coarse.grid if gsd_m(coarse.grid) > 1.2 * gsd_m(fine.grid) else drawn_in.grid


def _square_lattice(grid: GeoBox, change: Change) -> GeoBox:
    """Return `grid`, or a UTM grid of its pixel size where its pixels are not square, or it is mirrored."""
    a, b, _, d, e, *_ = grid.affine
    width, height = pixel_size_m(grid)
    skew = abs(a * b + d * e) / (math.hypot(a, d) * math.hypot(b, e))
    mirrored = grid.affine.determinant > 0
    if not mirrored and skew < SQUARE and abs(width / height - 1) < SQUARE:
        return grid
    centre = change.geometry.centroid
    pixel = float(f"{gsd_m(grid):.3g}")
    return GeoBox((1, 1), Affine(pixel, 0, 0, 0, -pixel, 0), utm_zone(centre.x, centre.y))


def utm_zone(lon: float, lat: float) -> str:
    """Return the EPSG code of the UTM zone of a place, or of UPS beyond 84 N and 80 S.

    The exceptions of Norway and Svalbard are left out: a frame in the neighbouring zone is as true.
    """
    if lat > 84:
        return "EPSG:32661"
    if lat < -80:
        return "EPSG:32761"
    zone = min(int((lon + 180) // 6) + 1, 60)
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"
