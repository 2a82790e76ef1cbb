"""A scene as a STAC Item and back, losing nothing.

STAC 1.1 with the extensions projection, eo, raster, view and file, written by their names: pystac's classes
for them differ from one release to the next, and what is needed of them is a dictionary. What STAC has no
field for goes under ``sitewatch:``.
"""

import calendar
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pystac
from affine import Affine
from odc.geo.crs import CRS
from odc.geo.geobox import GeoBox
from shapely.geometry import mapping, shape

from sitewatch.errors import CatalogueError
from sitewatch.grid import WGS84, require_crs
from sitewatch.records import BAND_NAMES, Band, DatePrecision, MaskLayer, MaskScheme, Scene, View

OURS = "sitewatch:"
_EXTENSIONS = (
    "https://stac-extensions.github.io/projection/v2.0.0/schema.json",
    "https://stac-extensions.github.io/eo/v2.0.0/schema.json",
    "https://stac-extensions.github.io/raster/v2.0.0/schema.json",
    "https://stac-extensions.github.io/view/v1.0.0/schema.json",
)
_FILE_EXTENSION = "https://stac-extensions.github.io/file/v2.1.0/schema.json"
# Multihash of STAC's file extension: SHA-256, 32 bytes.
_SHA256_PREFIX = "1220"
_VIEW_NAMES = {
    "sun_azimuth": "view:sun_azimuth",
    "sun_elevation": "view:sun_elevation",
    "off_nadir": "view:off_nadir",
    "azimuth": "view:azimuth",
}
_MEDIA_TYPES = {
    ".tif": "image/tiff; application=geotiff",
    ".tiff": "image/tiff; application=geotiff",
    ".jp2": "image/jp2",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}


def scene_to_item(scene: Scene) -> pystac.Item:
    """Describe a scene as a STAC Item; hrefs as the scene has them.

    A date of which only the day, month or year is meant is given as the interval it means, too. A scene
    without a date spans all of time: the standard wants an interval then.

    Raises
    ------
    CoverageError
        If the scene's grid has no CRS.
    """
    start, end = _interval(scene)
    outline = _footprint(scene.grid)
    item = pystac.Item(
        id=scene.id,
        geometry=outline,
        bbox=list(shape(outline).bounds),
        datetime=scene.datetime,
        start_datetime=start,
        end_datetime=end,
        properties=dict(_properties(scene)),
        stac_extensions=list(_EXTENSIONS),
    )
    for key, asset in _assets(scene).items():
        item.add_asset(key, asset)
    if scene.sha256 is not None and len(item.assets) == 1:
        item.stac_extensions.append(_FILE_EXTENSION)
    return item


def item_to_scene(item: pystac.Item) -> Scene:
    """Return the scene that `scene_to_item` described.

    Raises
    ------
    CatalogueError
        If the Item lacks what a scene needs: a grid, or bands.
    """
    properties = item.properties
    try:
        bands = {band.name: band for asset in item.assets.values() for band in _bands(asset)}
        return Scene(
            id=item.id,
            bands=tuple(bands[name] for name in properties.get(f"{OURS}bands", list(bands))),
            grid=_grid(properties),
            gsd_m=float(properties["gsd"]),
            datetime=item.datetime,
            date_precision=properties.get(f"{OURS}date_precision", "second"),
            sensor=properties.get(f"{OURS}sensor", "unknown"),
            product_id=properties.get(f"{OURS}product_id"),
            units=properties.get(f"{OURS}units", "digital_number"),
            masks=tuple(_masks(item)),
            view=View(**{ours: properties.get(theirs) for ours, theirs in _VIEW_NAMES.items()}),
            cloud_cover=properties.get("eo:cloud_cover"),
            credit=properties.get(f"{OURS}credit"),
            licence=properties.get(f"{OURS}licence"),
            georeference=properties.get(f"{OURS}georeference", "true"),
            sha256=properties.get(f"{OURS}sha256"),
            notes=tuple(properties.get(f"{OURS}notes", ())),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CatalogueError(
            f"Item {item.id} is no scene ({type(error).__name__}: {error})",
            "proj:code or proj:wkt2, proj:shape, proj:transform, gsd and bands are needed",
            "remove it from the catalogue and add the scene again",
        ) from error


def _properties(scene: Scene) -> Iterator[tuple[str, Any]]:
    crs = require_crs(scene.grid)
    yield "gsd", scene.gsd_m
    epsg = crs.to_epsg()
    # An EPSG number is written only where it says it all: a CRS that merely resembles one keeps its words.
    if epsg is not None and CRS(f"EPSG:{epsg}") == crs:
        yield "proj:code", f"EPSG:{epsg}"
    else:
        yield "proj:code", None
        yield "proj:wkt2", crs.wkt
    yield "proj:shape", list(scene.grid.shape)
    yield "proj:transform", list(scene.grid.affine)[:6]
    for ours, theirs in _VIEW_NAMES.items():
        value = getattr(scene.view, ours)
        if value is not None:
            yield theirs, value
    if scene.cloud_cover is not None:
        yield "eo:cloud_cover", scene.cloud_cover
    yield f"{OURS}bands", list(scene.band_names)
    plain = ("sensor", "units", "date_precision", "georeference", "product_id", "credit", "licence", "sha256")
    for name in plain:
        value = getattr(scene, name)
        if value is not None:
            yield OURS + name, value
    if scene.notes:
        yield f"{OURS}notes", list(scene.notes)


def _assets(scene: Scene) -> dict[str, pystac.Asset]:
    assets: dict[str, pystac.Asset] = {}
    for href in dict.fromkeys(band.href for band in scene.bands):
        own = [band for band in scene.bands if band.href == href]
        key = own[0].name if len(own) == 1 else "image" if not assets else f"image-{len(assets) + 1}"
        asset = pystac.Asset(href, roles=["data"], media_type=_media_type(href))
        asset.extra_fields["bands"] = [_band_fields(band) for band in own]
        assets[key] = asset
    for layer in scene.masks:
        asset = pystac.Asset(layer.href, roles=["cloud"], media_type=_media_type(layer.href))
        asset.extra_fields |= {f"{OURS}mask": layer.scheme, f"{OURS}index": layer.index}
        key = f"mask-{layer.scheme}"
        assets[key if key not in assets else f"{key}-{len(assets)}"] = asset
    if scene.sha256 is not None and len(assets) == 1:
        next(iter(assets.values())).extra_fields["file:checksum"] = _SHA256_PREFIX + scene.sha256
    return assets


def _media_type(href: str) -> str | None:
    return _MEDIA_TYPES.get(Path(href).suffix.lower())


def _band_fields(band: Band) -> dict[str, Any]:
    described: dict[str, Any] = {"name": band.name, f"{OURS}index": band.index}
    if band.name in BAND_NAMES:
        described["eo:common_name"] = band.name
    if band.nodata is not None:
        # JSON has no NaN and no infinity; STAC writes them as words.
        described["nodata"] = band.nodata if abs(band.nodata) < float("inf") else str(band.nodata)
    return described | {"raster:scale": band.scale, "raster:offset": band.offset}


def _bands(asset: pystac.Asset) -> Iterator[Band]:
    for fields_ in asset.extra_fields.get("bands", ()):
        nodata = fields_.get("nodata")
        yield Band(
            name=fields_["name"],
            href=_href(asset),
            index=int(fields_.get(f"{OURS}index", 1)),
            scale=float(fields_.get("raster:scale", 1)),
            offset=float(fields_.get("raster:offset", 0)),
            nodata=None if nodata is None else float(nodata),
        )


def _masks(item: pystac.Item) -> Iterator[MaskLayer]:
    for asset in item.assets.values():
        scheme = asset.extra_fields.get(f"{OURS}mask")
        if scheme is not None:
            index = int(asset.extra_fields.get(f"{OURS}index", 1))
            yield MaskLayer(cast("MaskScheme", scheme), _href(asset), index)


def _href(asset: pystac.Asset) -> str:
    return asset.get_absolute_href() or asset.href


def _grid(properties: Mapping[str, Any]) -> GeoBox:
    crs = properties.get("proj:code") or properties["proj:wkt2"]
    rows, cols = properties["proj:shape"]
    return GeoBox((int(rows), int(cols)), Affine(*properties["proj:transform"][:6]), crs)


def _interval(scene: Scene) -> tuple[dt.datetime | None, dt.datetime | None]:
    if scene.datetime is None:
        return dt.datetime.min.replace(tzinfo=dt.UTC), dt.datetime.max.replace(tzinfo=dt.UTC, microsecond=0)
    if scene.date_precision == "second":
        return None, None
    return _bounds(scene.datetime, scene.date_precision)


def _bounds(moment: dt.datetime, precision: DatePrecision) -> tuple[dt.datetime, dt.datetime]:
    start = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    end = start.replace(hour=23, minute=59, second=59)
    if precision == "year":
        return start.replace(month=1, day=1), end.replace(month=12, day=31)
    if precision == "month":
        return start.replace(day=1), end.replace(day=calendar.monthrange(end.year, end.month)[1])
    return start, end


def _footprint(grid: GeoBox) -> dict[str, Any]:
    """Outline in longitude and latitude, with enough corners that its sides follow the grid's."""
    step = max(grid.extent.boundingbox.span_x, grid.extent.boundingbox.span_y) / 8
    outline = grid.extent.to_crs(WGS84, resolution=step, wrapdateline=True)
    # Tuples would come back from JSON as lists.
    return cast("dict[str, Any]", json.loads(json.dumps(mapping(outline.geom))))
