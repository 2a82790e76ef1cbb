"""Any raster file that GDAL reads: what its tags, band descriptions, colours and sidecars say."""

import re
from collections.abc import Sequence
from pathlib import Path

from odc.geo.geobox import GeoBox

from sitewatch.catalogue.bands import band_name, is_mask, unknown_name
from sitewatch.catalogue.products.georeference import approximate_grid, grid_beside
from sitewatch.catalogue.products.hints import Hints, named_bands, noted
from sitewatch.catalogue.products.tags import Facts, read_tags
from sitewatch.catalogue.sensors import UNKNOWN, Sensor, find_sensor, require_sensor
from sitewatch.errors import SceneError
from sitewatch.grid import gsd_m
from sitewatch.io.rasters import RasterInfo, describe
from sitewatch.records import Band, Georeference, Scene, Units

SUFFIXES = frozenset(
    {".tif", ".tiff", ".gtiff", ".jp2", ".j2k", ".png", ".jpg", ".jpeg", ".img", ".vrt", ".bmp", ".gif"}
)
_RGB = ("red", "green", "blue")


def read(path: Path, hints: Hints) -> Scene:
    """Return the scene that one raster file holds.

    Raises
    ------
    RasterError
        If the file cannot be read.
    GeoreferenceError
        If neither the file, nor a world file, nor the options say where the image lies.
    SceneError
        If nothing says which bands it has.
    """
    info = describe(path)
    facts = read_tags(info.tags, path.stem)
    grid, georeference, place_note = _place(path, info, hints)
    sensor = find_sensor(require_sensor(hints.sensor) if hints.sensor else facts.sensor)
    bands, band_note = name_bands(info, sensor, hints.bands)
    scene = Scene(
        id=scene_id(path.stem),
        bands=bands,
        grid=grid,
        gsd_m=gsd_m(grid),
        units=_units(bands),
        georeference=georeference,
        notes=tuple(note for note in (*facts.notes, place_note, band_note) if note),
    )
    return with_facts(scene, facts)


def with_facts(scene: Scene, facts: Facts) -> Scene:
    """Return the scene with what tags say in the fields that are still unknown."""
    return noted(
        scene,
        datetime=scene.datetime or facts.date,
        date_precision=scene.date_precision if scene.datetime else facts.date_precision,
        sensor=facts.sensor if scene.sensor == UNKNOWN else scene.sensor,
        credit=scene.credit or facts.credit,
        licence=scene.licence or facts.licence,
        product_id=scene.product_id or facts.product_id,
        cloud_cover=facts.cloud_cover if scene.cloud_cover is None else scene.cloud_cover,
        view=facts.view,
    )


def scene_id(text: str) -> str:
    """Return a text as an id: letters, digits, ``-``, ``_`` and ``.``; anything else becomes one ``-``."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.") or "scene"


def name_bands(
    info: RasterInfo, sensor: Sensor | None, asked: Sequence[str] | None
) -> tuple[tuple[Band, ...], str]:
    """Name the bands of a file: by its descriptions, else its sensor's order, else its colours; options win.

    Raises
    ------
    SceneError
        If nothing names them.
    """
    _refuse_palette(info)
    own = _own_names(info, sensor)
    bands = tuple(_band(info, index, name) for index, name in enumerate(own) if name is not None)
    if asked is not None:
        # A fourth band that calls itself alpha is near infrared, as soon as the user says so.
        every = tuple(_band(info, index, name or unknown_name(index + 1)) for index, name in enumerate(own))
        return named_bands(bands if len(asked) <= len(bands) else every, asked)
    if len(bands) > 1 and all(band.name == unknown_name(band.index) for band in bands):
        raise SceneError(
            f"{Path(info.href).name} has {len(bands)} bands and does not name them",
            "each band must be known",
            "give --bands in file order, as in --bands red,green,blue,nir",
        )
    unnamed = [band for band in bands if band.name == unknown_name(band.index)]
    if len(bands) > 1 and unnamed:
        return tuple(band for band in bands if band not in unnamed), (
            f"{len(unnamed)} of {len(bands)} bands left out: nothing says what they are, --bands could"
        )
    transparent = len(bands) == 3 and info.count == 4 and not any(info.descriptions)
    return (
        bands,
        "its fourth band was taken for transparency, as it says; --bands could name it" * transparent,
    )


def _refuse_palette(info: RasterInfo) -> None:
    if "palette" in info.colours:
        raise SceneError(
            f"{Path(info.href).name} holds numbers of a colour table",
            "measured brightness is needed",
            "convert it to RGB, for example with gdal_translate -expand rgb",
        )


def _own_names(info: RasterInfo, sensor: Sensor | None) -> list[str | None]:
    """Name each band of the file, ``b1`` ... where nothing does, None for a mask layer."""
    described = [_described(text, sensor) for text in info.descriptions]
    if any(name is not None for name in described) and _distinct(described):
        return [
            None if is_mask(text) else name or unknown_name(index)
            for index, (text, name) in enumerate(zip(info.descriptions, described, strict=True), 1)
        ]
    layout = sensor.layout(info.count) if sensor else None
    return list(layout) if layout else _by_colour(info)


def _described(text: str, sensor: Sensor | None) -> str | None:
    return band_name(text) or (sensor.band_of_number(text) if sensor and text else None)


def _distinct(names: Sequence[str | None]) -> bool:
    known = [name for name in names if name is not None]
    return len(set(known)) == len(known)


def _by_colour(info: RasterInfo) -> list[str | None]:
    names: list[str | None] = [
        colour if colour in _RGB else None if colour == "alpha" else unknown_name(index)
        for index, colour in enumerate(info.colours, 1)
    ]
    if _distinct(names) and set(_RGB) <= set(names):
        return names
    # Three bands without a word about them are a picture, and pictures are red, green, blue.
    return list(_RGB) if info.count == 3 else [unknown_name(index + 1) for index in range(info.count)]


def _band(info: RasterInfo, index: int, name: str) -> Band:
    scale, offset = info.scales[index], info.offsets[index]
    return Band(name, str(Path(info.href).absolute()), index + 1, scale, offset, info.nodata)


def _units(bands: Sequence[Band]) -> Units:
    return "reflectance" if all(band.scale != 1 for band in bands) else "digital_number"


def _place(path: Path, info: RasterInfo, hints: Hints) -> tuple[GeoBox, Georeference, str]:
    if info.grid is not None:
        return info.grid, "true", ""
    beside = grid_beside(path, info.shape)
    if beside is not None:
        return beside[0], "true", beside[1]
    if hints.gsd_m is not None and hints.center is not None:
        grid = approximate_grid(info.shape, hints.gsd_m, hints.center)
        return grid, "approximate", "the position is approximate: it came from --gsd and --center"
    return info.require_grid(), "true", ""
