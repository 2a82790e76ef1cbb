"""PlanetScope as Planet's API delivers it: a GeoTIFF, its XML or JSON, and the usable data mask (UDM2).

Source: Planet, PSScene imagery product specification. Surface reflectance is stored times 10,000. The other
analytic products are radiances; the XML has a coefficient a band that makes them reflectance at the top of
the atmosphere.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sitewatch.catalogue.products.hints import Hints
from sitewatch.catalogue.products.markup import elements, number_of, read_xml, text_of
from sitewatch.catalogue.products.tags import parse_date
from sitewatch.catalogue.sensors import find_sensor
from sitewatch.errors import SceneError
from sitewatch.grid import gsd_m
from sitewatch.io.rasters import RasterInfo, describe
from sitewatch.records import Band, MaskLayer, Scene, Units, View

SENSOR = "planetscope"
# 20170926_042711_0f2d_..., 20200401_084707_83_2262_...: acquisition time (UTC) and satellite.
_NAME = re.compile(r"^(?P<id>\d{8}_\d{6}(?:_\d{2})?_[0-9a-f]{4})_(?P<rest>.+)\.tiff?$", re.IGNORECASE)
_SURFACE = re.compile(r"(?:^|_)sr(?:_|$)", re.IGNORECASE)
_MASK = re.compile(r"udm", re.IGNORECASE)


def claims(path: Path) -> bool:
    """Whether a path is an image with a name that Planet gives."""
    match = _NAME.match(path.name)
    return match is not None and not _MASK.search(match["rest"]) and path.is_file()


def product_of(path: Path) -> str | None:
    """Return the id that the names of all files of a product begin with, or None if it is not Planet's."""
    match = re.match(r"\d{8}_\d{6}(?:_\d{2})?_[0-9a-f]{4}(?=_)", path.name, re.IGNORECASE)
    return match[0] if match else None


def best_image(paths: Sequence[Path]) -> Path:
    """Return the image to use of those of one product: surface reflectance, else the most bands by name."""
    return min(
        paths, key=lambda path: (not _SURFACE.search(path.stem), "visual" in path.stem.lower(), path.name)
    )


def read(path: Path, hints: Hints) -> Scene:
    """Return the scene of a PlanetScope image and what lies beside it.

    Raises
    ------
    RasterError
        If the image cannot be read.
    GeoreferenceError
        If it does not say where it lies (a basic scene, not orthorectified).
    SceneError
        If it has a number of bands that no PlanetScope product has.
    """
    del hints
    info = describe(path)
    grid = info.require_grid()
    product = product_of(path) or path.stem
    facts = _facts(path, product)
    bands, units, note = _bands(path, info, facts)
    masks = _beside(path, product, "udm2", (".tif", ".tiff"))
    sensed = parse_date(facts.acquired or "") or parse_date("T".join(product.split("_")[:2]))
    return Scene(
        id=product,
        bands=bands,
        grid=grid,
        gsd_m=gsd_m(grid),
        datetime=sensed[0] if sensed else None,
        sensor=SENSOR,
        product_id=path.stem,
        units=units,
        masks=tuple(MaskLayer("udm2", str(found.absolute())) for found in masks[:1]),
        view=facts.view,
        cloud_cover=facts.cloud_cover,
        notes=(note,) if note else (),
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    acquired: str | None
    coefficients: tuple[float, ...]
    view: View
    cloud_cover: float | None


def _facts(path: Path, product: str) -> _Facts:
    """Read the XML beside an image, or the JSON, or nothing."""
    xml = _beside(path, product, "metadata", (".xml",))
    if xml:
        return _from_xml(xml[0])
    described = _beside(path, product, "metadata", (".json",))
    return _from_json(described[0]) if described else _Facts(None, (), View(), None)


def _from_xml(path: Path) -> _Facts:
    root = read_xml(path)
    by_band = {
        int(number_of(band, "bandNumber") or 0): number_of(band, "reflectanceCoefficient")
        for band in elements(root, "bandSpecificMetadata")
    }
    coefficients = [value for _, value in sorted(by_band.items()) if value is not None]
    return _Facts(
        acquired=text_of(root, "acquisitionDateTime", "acquisitionDate"),
        coefficients=tuple(coefficients) if len(coefficients) == len(by_band) else (),
        view=View(
            sun_azimuth=number_of(root, "illuminationAzimuthAngle"),
            sun_elevation=number_of(root, "illuminationElevationAngle"),
            off_nadir=number_of(root, "spaceCraftViewAngle"),
            azimuth=number_of(root, "azimuthAngle"),
        ),
        cloud_cover=number_of(root, "cloudCoverPercentage"),
    )


def _from_json(path: Path) -> _Facts:
    try:
        properties = json.loads(path.read_text("utf-8"))["properties"]
        cover = properties.get("cloud_cover")
        return _Facts(
            acquired=properties.get("acquired"),
            coefficients=(),
            view=View(
                sun_azimuth=properties.get("sun_azimuth"),
                sun_elevation=properties.get("sun_elevation"),
                off_nadir=properties.get("view_angle"),
                azimuth=properties.get("satellite_azimuth"),
            ),
            cloud_cover=None if cover is None else 100 * float(cover),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SceneError(
            f"{path.name} cannot be read ({error})", "the product's own metadata is needed", "fetch it again"
        ) from error


def _bands(path: Path, info: RasterInfo, facts: _Facts) -> tuple[tuple[Band, ...], Units, str]:
    sensor = find_sensor(SENSOR)
    names = sensor.layout(info.count) if sensor else None
    if names is None:
        raise SceneError(
            f"{path.name} has {info.count} bands",
            "PlanetScope delivers 3, 4, 5 or 8",
            "rename the file if it is something else, and give --bands",
        )
    nodata = 0.0 if info.nodata is None and info.dtype == "uint16" else info.nodata
    href = str(path.absolute())
    bands = tuple(Band(name, href, index, nodata=nodata) for index, name in enumerate(names, 1))
    if "visual" in path.stem.lower():
        return bands, "digital_number", ""
    if _SURFACE.search(path.stem):
        return tuple(replace(band, scale=1e-4) for band in bands), "reflectance", ""
    if len(facts.coefficients) == len(bands):
        scaled = [replace(band, scale=scale) for band, scale in zip(bands, facts.coefficients, strict=True)]
        return tuple(scaled), "reflectance", "reflectance at the top of the atmosphere"
    return bands, "digital_number", "no XML with reflectance coefficients beside the image: raw numbers"


def _beside(path: Path, product: str, word: str, suffixes: tuple[str, ...]) -> list[Path]:
    """Return the files of the same product beside an image with a word in the name, in order of likeness."""
    found = [
        each
        for each in sorted(path.parent.iterdir())
        if each.name.startswith(product) and word in each.name.lower() and each.suffix.lower() in suffixes
    ]
    return sorted(found, key=lambda each: -len(_common(each.stem, path.stem)))


def _common(first: str, second: str) -> str:
    length = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), len(second))
    return first[:length]
