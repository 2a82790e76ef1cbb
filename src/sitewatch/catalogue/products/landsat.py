"""Landsat Collection 2: surface reflectance (Level 2) or top of atmosphere (Level 1), with MTL and QA_PIXEL.

Source: USGS, Landsat 4-7 and 8-9 Collection 2 Level 2 science product guides, and the Level 1 data format
control books. Level 2: ``reflectance = stored * 2.75e-5 - 0.2``, stated in the MTL a band. Level 1: the MTL's
factors give reflectance times the sine of the sun's elevation.
"""

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sitewatch.catalogue.products.files import Scaling, bands_of_files
from sitewatch.catalogue.products.hints import Hints
from sitewatch.catalogue.products.tags import parse_date
from sitewatch.catalogue.sensors import Sensor, find_sensor
from sitewatch.errors import SceneError
from sitewatch.grid import gsd_m
from sitewatch.records import MaskLayer, Scene, View

Groups = Mapping[str, Mapping[str, str]]

_MTL = re.compile(r"_MTL\.(txt|json)$", re.IGNORECASE)
_SURFACE = "LEVEL2_SURFACE_REFLECTANCE_PARAMETERS"
# Level 1 factors lie in this group; it had another name in Collection 1.
_RESCALING = ("LEVEL1_RADIOMETRIC_RESCALING", "RADIOMETRIC_RESCALING")
# Panchromatic pixels are half as wide as the others: the scene's grid would be one that nothing else has.
_LEFT_OUT = frozenset({"pan", "cirrus"})


def claims(path: Path) -> bool:
    """Whether a path is an MTL file, or a folder that holds one."""
    return len(metadata_files(path)) == 1


def metadata_files(path: Path) -> list[Path]:
    """Return the MTL files of a folder, one a product (the text rather than the JSON), or the one given."""
    candidates = [path] if path.is_file() else sorted(path.iterdir()) if path.is_dir() else []
    by_product: dict[str, Path] = {}
    for each in candidates:
        if _MTL.search(each.name) and (each.suffix.lower() == ".txt" or product_of(each) not in by_product):
            by_product[product_of(each)] = each
    return list(by_product.values())


def product_of(metadata: Path) -> str:
    """Return the product id that an MTL file's name begins with."""
    return _MTL.sub("", metadata.name)


def read(path: Path, hints: Hints) -> Scene:
    """Return the scene of a Landsat product: its reflective bands of 30 m, and QA_PIXEL.

    Bands whose files are not there are left out.

    Raises
    ------
    SceneError
        If the MTL cannot be read, or names no band whose file is there.
    RasterError
        If an image cannot be read.
    """
    del hints
    (metadata,) = metadata_files(path)
    groups = _read_mtl(metadata)
    sensor = _sensor(groups, metadata)
    numbers = _numbers(groups, sensor, metadata)
    files = {name: file for name, (_, file) in numbers.items() if file.exists()}
    surface = _SURFACE in groups
    elevation = _number(groups, "SUN_ELEVATION")
    factor = 1.0 if surface or elevation is None else 1 / math.sin(math.radians(max(elevation, 1.0)))
    scalings = {name: _scaling(groups, number, factor) for name, (number, _) in numbers.items()}
    if not files:
        raise SceneError(
            f"none of the bands that {metadata.name} names is beside it",
            "the reflective bands are needed (B1 to B7)",
            "unpack the product again",
        )
    bands, grid = bands_of_files(files, scalings)
    quality = metadata.parent / (_text(groups, "FILE_NAME_QUALITY_L1_PIXEL") or "none")
    date = parse_date(f"{_text(groups, 'DATE_ACQUIRED')}T{_time(groups)}") or parse_date(
        _text(groups, "DATE_ACQUIRED") or ""
    )
    missing = [name for name in numbers if name not in files]
    return Scene(
        id=product_of(metadata),
        bands=bands,
        grid=grid,
        gsd_m=gsd_m(grid),
        datetime=date[0] if date else None,
        date_precision=date[1] if date else "second",
        sensor=sensor.name,
        product_id=_text(groups, "LANDSAT_PRODUCT_ID") or product_of(metadata),
        units="reflectance",
        masks=(MaskLayer("qa_pixel", str(quality.absolute())),) if quality.is_file() else (),
        view=View(sun_azimuth=_number(groups, "SUN_AZIMUTH"), sun_elevation=elevation),
        cloud_cover=_number(groups, "CLOUD_COVER"),
        notes=(
            *(() if surface else ("reflectance at the top of the atmosphere (Level 1)",)),
            *((f"not beside the MTL: {', '.join(missing)}",) if missing else ()),
        ),
    )


def _read_mtl(path: Path) -> Groups:
    """Return the groups of an MTL: the same key stands in several of them with different values."""
    try:
        text = path.read_text("utf-8")
        groups = _json_groups(json.loads(text)) if path.suffix.lower() == ".json" else _text_groups(text)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, AttributeError) as error:
        raise SceneError(
            f"{path.name} cannot be read ({error})", "the product's own metadata is needed", "fetch it again"
        ) from error
    if not any("DATE_ACQUIRED" in group for group in groups.values()):
        raise SceneError(
            f"{path.name} names no DATE_ACQUIRED", "a whole MTL file is needed", "fetch it again"
        )
    return groups


def _text_groups(text: str) -> Groups:
    groups: dict[str, dict[str, str]] = {}
    inside: list[str] = []
    for line in text.splitlines():
        key, found, value = (part.strip() for part in line.partition("="))
        if key == "GROUP":
            inside.append(value)
        elif key == "END_GROUP" and inside:
            inside.pop()
        elif found and inside:
            groups.setdefault(inside[-1], {})[key] = value.strip('"')
    return groups


def _json_groups(document: Mapping[str, Any]) -> Groups:
    groups: dict[str, dict[str, str]] = {}
    for root in document.values():
        for name, group in root.items():
            groups[name] = {key: str(value) for key, value in group.items()}
    return groups


def _text(groups: Groups, key: str) -> str | None:
    return next((group[key] for group in groups.values() if key in group), None)


def _number(groups: Groups, key: str) -> float | None:
    text = _text(groups, key)
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None


def _time(groups: Groups) -> str:
    """Return the time of day in microseconds at most: the MTL has seven digits, Python reads six."""
    return re.sub(r"(\.\d{6})\d*", r"\1", _text(groups, "SCENE_CENTER_TIME") or "")


def _sensor(groups: Groups, metadata: Path) -> Sensor:
    sensor = find_sensor(_text(groups, "SPACECRAFT_ID"))
    if sensor is None or not sensor.numbers:
        raise SceneError(
            f"{metadata.name} is of {_text(groups, 'SPACECRAFT_ID') or 'no satellite that it names'}",
            "Landsat 4, 5, 7, 8 and 9 are known",
            "add its bands as single files, with --sensor and --bands",
        )
    return sensor


def _numbers(groups: Groups, sensor: Sensor, metadata: Path) -> dict[str, tuple[str, Path]]:
    """Return the number and the file of each reflective band that the MTL names, by our band names."""
    found = {}
    for group in groups.values():
        for key, file in group.items():
            number = key.removeprefix("FILE_NAME_BAND_")
            name = sensor.band_of_number(number) if number != key else None
            if name is not None and name not in _LEFT_OUT:
                found[name] = (number, metadata.parent / file)
    return found


def _scaling(groups: Groups, number: str, factor: float) -> Scaling:
    """Return what makes a band reflectance; `factor` brings Level 1 to an overhead sun."""
    surface = _SURFACE in groups
    group = next((groups[name] for name in (_SURFACE, *_RESCALING) if name in groups), {})
    scale = float(group.get(f"REFLECTANCE_MULT_BAND_{number}", 2.75e-5 if surface else 2e-5))
    offset = float(group.get(f"REFLECTANCE_ADD_BAND_{number}", -0.2 if surface else -0.1))
    return Scaling(scale * factor, offset * factor, nodata=0.0)
