"""Sentinel-2 in its SAFE folder: L2A (surface reflectance, scene classification) and L1C (top of atmosphere).

Source: Sentinel-2 Products Specification Document, S2-PDGS-TAS-DI-PSD. ``reflectance = (stored + offset) /
quantification``, with an offset of -1000 since processing baseline 04.00 (25 January 2022, and every product
reprocessed since), stated in the XML a band.
"""

import datetime as dt
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path

from sitewatch.catalogue.products.files import Scaling, bands_of_files
from sitewatch.catalogue.products.hints import Hints
from sitewatch.catalogue.products.markup import elements, number_of, read_xml, text_of
from sitewatch.catalogue.products.tags import parse_date
from sitewatch.catalogue.sensors import find_sensor
from sitewatch.errors import SceneError
from sitewatch.grid import gsd_m
from sitewatch.records import MaskLayer, Scene, View

SENSOR = "sentinel-2-msi"
OFFSET = -1000.0
QUANTIFICATION = 10_000.0
OFFSET_SINCE_BASELINE = 4.0

_METADATA = ("MTD_MSIL2A.xml", "MTD_MSIL1C.xml")
# Order of the band ids in the XML (PSD, Spectral_Information).
_BAND_IDS = ("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B10", "B11", "B12")
_IMAGE = re.compile(r"_(B(?:\d\d|8A))(?:_(\d\d)m)?\.(?:jp2|tif)$", re.IGNORECASE)
_COARSEST_M = 20
# Mean height of the satellites and mean radius of the Earth, km.
_HEIGHT, _RADIUS = 786.0, 6371.0


def claims(path: Path) -> bool:
    """Whether a path is a SAFE folder, or the metadata file of one."""
    return _metadata(path) is not None or path.suffix == ".SAFE"


def read(path: Path, hints: Hints) -> Scene:
    """Return the scene of a SAFE folder: the bands of 10 and 20 m, and the scene classification.

    Raises
    ------
    SceneError
        If its metadata or its images are missing.
    RasterError
        If an image cannot be read.
    """
    del hints
    metadata = _metadata(path)
    if metadata is None:
        raise SceneError(
            f"{path.name} holds no {' and no '.join(_METADATA)}",
            "a whole SAFE folder is needed",
            "unpack the product again, or add its bands as single files",
        )
    product, folder = read_xml(metadata), metadata.parent
    granule = _granule(folder)
    tile = read_xml(granule / "MTD_TL.xml") if (granule / "MTD_TL.xml").exists() else product
    images = _images(granule)
    bands, grid = bands_of_files(images, _scalings(product))
    classification = sorted(granule.rglob("*_SCL_20m.*")) or sorted(granule.rglob("*_SCL_60m.*"))
    sensed = parse_date(text_of(tile, "SENSING_TIME") or text_of(product, "PRODUCT_START_TIME") or "")
    name = text_of(product, "PRODUCT_URI") or folder.name
    return Scene(
        id=name.removesuffix(".SAFE"),
        bands=bands,
        grid=grid,
        gsd_m=gsd_m(grid),
        datetime=sensed[0] if sensed else None,
        sensor=SENSOR,
        product_id=name.removesuffix(".SAFE"),
        units="reflectance",
        masks=tuple(MaskLayer("scl", str(found.absolute())) for found in classification[:1]),
        view=_view(tile),
        cloud_cover=number_of(product, "Cloud_Coverage_Assessment"),
        notes=() if metadata.name == _METADATA[0] else ("reflectance at the top of the atmosphere (L1C)",),
    )


def scaling(offset: float, quantification: float = QUANTIFICATION) -> Scaling:
    """Return what makes stored numbers reflectance."""
    return Scaling(1 / quantification, offset / quantification, nodata=0.0)


def _metadata(path: Path) -> Path | None:
    if path.name in _METADATA and path.is_file():
        return path
    return next((path / name for name in _METADATA if (path / name).is_file()), None)


def _granule(folder: Path) -> Path:
    granules = [each for each in sorted(folder.glob("GRANULE/*")) if each.is_dir()]
    if len(granules) != 1:
        raise SceneError(
            f"{folder.name} holds {len(granules)} granules",
            "a product holds one granule, as all do since December 2016",
            "unpack it again, or fetch the product of the one tile",
        )
    return granules[0]


def _images(granule: Path) -> dict[str, Path]:
    """Find each band's finest image that is fine enough to be of use, by our band names."""
    sensor = find_sensor(SENSOR)
    found: dict[str, tuple[int, Path]] = {}
    for path in sorted(granule.glob("IMG_DATA/**/*")):
        match = _IMAGE.search(path.name)
        name = sensor.band_of_number(match[1]) if match and sensor else None
        if match is None or name is None:
            continue
        metres = int(match[2]) if match[2] else _native_m(match[1])
        if metres <= _COARSEST_M and (name not in found or metres < found[name][0]):
            found[name] = (metres, path)
    if not found:
        raise SceneError(
            f"{granule.name} holds no images in IMG_DATA",
            "the bands of 10 and 20 m are needed (R10m, R20m)",
            "unpack the product again",
        )
    return {name: path for name, (_, path) in found.items()}


def _native_m(band: str) -> int:
    return 10 if band in {"B02", "B03", "B04", "B08"} else 60 if band in {"B01", "B09", "B10"} else 20


def _scalings(product: ET.Element) -> Mapping[str, Scaling]:
    sensor = find_sensor(SENSOR)
    quantification = number_of(product, "BOA_QUANTIFICATION_VALUE", "QUANTIFICATION_VALUE") or QUANTIFICATION
    names = {
        element.get("bandId", ""): element.get("physicalBand", "")
        for element in elements(product, "Spectral_Information")
    } or {str(number): band for number, band in enumerate(_BAND_IDS)}
    baseline = number_of(product, "PROCESSING_BASELINE") or 0.0
    stated = {
        names.get(element.get("band_id", "")): float(element.text or 0)
        for tag in ("BOA_ADD_OFFSET", "RADIO_ADD_OFFSET")
        for element in elements(product, tag)
    }
    usual = OFFSET if baseline >= OFFSET_SINCE_BASELINE else 0.0
    scalings = {}
    for band in _BAND_IDS:
        name = sensor.band_of_number(band) if sensor else None
        if name is not None:
            scalings[name] = scaling(stated.get(band, usual), quantification)
    return scalings


def _view(tile: ET.Element) -> View:
    sun = next(elements(tile, "Mean_Sun_Angle"), None)
    zenith = number_of(sun, "ZENITH_ANGLE") if sun is not None else None
    seen_from = [
        (number_of(each, "ZENITH_ANGLE"), number_of(each, "AZIMUTH_ANGLE"))
        for each in elements(tile, "Mean_Viewing_Incidence_Angle")
    ]
    known = [(math.radians(z), math.radians(a)) for z, a in seen_from if z is not None and a is not None]
    view = View(
        sun_azimuth=number_of(sun, "AZIMUTH_ANGLE") if sun is not None else None,
        sun_elevation=90 - zenith if zenith is not None else None,
    )
    if not known:
        return view
    incidence = sum(z for z, _ in known) / len(known)
    azimuth = math.atan2(sum(math.sin(a) for _, a in known), sum(math.cos(a) for _, a in known))
    # The XML gives the angle at the ground; off-nadir is the one at the satellite, which is smaller.
    off_nadir = math.degrees(math.asin(math.sin(incidence) * _RADIUS / (_RADIUS + _HEIGHT)))
    return View(view.sun_azimuth, view.sun_elevation, off_nadir, math.degrees(azimuth) % 360)


def baseline_of(text: str) -> float | None:
    """Return the processing baseline in a product's name (``..._N0400_...`` -> 4.0), or None."""
    match = re.search(r"_N(\d\d)(\d\d)_", f"_{text}_")
    return int(match[1]) + int(match[2]) / 100 if match else None


def offset_since(moment: dt.datetime) -> bool:
    """Whether every product of a day has the offset, reprocessed or not."""
    return moment >= dt.datetime(2022, 1, 25, tzinfo=dt.UTC)
