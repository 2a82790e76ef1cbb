"""A band a file outside any product: ``T46QCH_20170926T042711_B04_10m.jp2``, ``..._SR_B4.TIF``, ``red.tif``.

Files belong together when their names differ in the band alone (and its resolution). What the numbers mean is
read from the names as far as they say it; what they do not say is a note of the scene.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sitewatch.catalogue.bands import band_name, plain
from sitewatch.catalogue.products import sentinel2
from sitewatch.catalogue.products.files import Scaling, bands_of_files
from sitewatch.catalogue.products.generic import SUFFIXES, scene_id
from sitewatch.catalogue.products.hints import Hints
from sitewatch.catalogue.products.tags import date_in_name
from sitewatch.catalogue.sensors import UNKNOWN, Sensor, find_sensor, require_sensor
from sitewatch.errors import SceneError
from sitewatch.grid import gsd_m
from sitewatch.io.rasters import describe
from sitewatch.records import DatePrecision, MaskLayer, MaskScheme, Scene

# Folders in which a SAFE's images lie by resolution; one set reaches over them.
RESOLUTION_FOLDER = re.compile(r"R[126]0m")
_NUMBER = re.compile(
    r"^(?P<key>.*?)(?:(?<=[_.-])|^)(?:SR_|TOA_)?B(?P<band>0?[1-9]|1[0-2]|8A)(?:[_-](?P<metres>\d\d)m)?$",
    re.IGNORECASE,
)
_WORD = re.compile(r"^(?P<key>.*?)(?:(?<=[_.-])|^)(?P<band>[A-Za-z]+[0-9]{0,3})(?:[_-](?P<metres>\d\d)m)?$")
_MASK = re.compile(
    r"^(?P<key>.*?)(?:(?<=[_.-])|^)(?P<mask>SCL|QA_PIXEL)(?:[_-](?P<metres>\d\d)m)?$", re.IGNORECASE
)
_COARSEST_M = 20
_SENTINEL_2 = re.compile(r"T\d\d[A-Z]{3}_\d{8}T\d{6}")
_LANDSAT = re.compile(r"L[CTE]0(?P<number>[45789])_L(?P<level>[12])[A-Z]{2}_\d{6}_(?P<day>\d{8})_\d{8}_02_")
_MOMENT = re.compile(r"(?<!\d)(\d{8}T\d{6})(?!\d)")


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a set: what the set is called, and the band (or mask) that the file holds."""

    path: Path
    key: str
    token: str
    metres: int | None
    mask: MaskScheme | None = None


def claims(path: Path) -> bool:
    """Whether a path is a file of a set of at least two bands."""
    return path.is_file() and len(members_of(path)) > 1


def members_of(path: Path) -> list[Member]:
    """Return the bands and masks of the set that a file belongs to; empty if it is of none."""
    own = _parse(path)
    if own is None:
        return []
    return next((members for members in sets_in(_home(path)) if any(m.path == path for m in members)), [])


def sets_in(folder: Path) -> Iterator[list[Member]]:
    """Yield the sets of a folder, each of at least two bands, in order of their names."""
    by_key: dict[tuple[str, str], list[Member]] = {}
    for path in sorted(_files(folder)):
        member = _parse(path)
        if member is not None:
            by_key.setdefault((member.key.lower(), path.suffix.lower()), []).append(member)
    for _, members in sorted(by_key.items()):
        if len({m.token for m in members if m.mask is None}) > 1:
            yield members


def read(path: Path, hints: Hints) -> Scene:
    """Return the scene of the set that a file belongs to.

    Raises
    ------
    SceneError
        If the bands are numbered and nothing says of which sensor, or none of them is known.
    RasterError
        If an image cannot be read.
    """
    members = members_of(path)
    label = members[0].key.strip("_.- ") or _home(path).name
    context = f"{_home(path)} {members[0].key}"
    sensor = _sensor(members, hints, context)
    files = _finest(members, sensor)
    if not files:
        raise SceneError(
            f"no band of {label} is one of {sensor.title if sensor else 'any sensor'} at 20 m or finer",
            "bands are named as the sensor names them, or by colour",
            "give --sensor, or rename the files (red.tif, nir.tif)",
        )
    date, precision = _date(context)
    scaling, notes = _scaling(sensor, context, date, hints)
    if scaling is not None and describe(next(iter(files.values()))).dtype not in {"uint16", "int16"}:
        # Numbers that are no 16-bit integers are not the provider's own.
        scaling, notes = None, []
    bands, grid = bands_of_files(files, dict.fromkeys(files, scaling) if scaling else {})
    return Scene(
        id=scene_id(label),
        bands=bands,
        grid=grid,
        gsd_m=gsd_m(grid),
        datetime=date,
        date_precision=precision,
        sensor=sensor.name if sensor else UNKNOWN,
        units="reflectance" if scaling or all(band.scale != 1 for band in bands) else "digital_number",
        masks=tuple(_masks(members)),
        notes=tuple(notes),
    )


def _files(folder: Path) -> Iterator[Path]:
    for each in folder.iterdir():
        if each.is_file() and each.suffix.lower() in SUFFIXES:
            yield each
        elif each.is_dir() and RESOLUTION_FOLDER.fullmatch(each.name):
            yield from (inner for inner in each.iterdir() if inner.suffix.lower() in SUFFIXES)


def _home(path: Path) -> Path:
    folder = path.absolute().parent
    return folder.parent if RESOLUTION_FOLDER.fullmatch(folder.name) else folder


def _parse(path: Path) -> Member | None:
    mask = _MASK.match(path.stem)
    if mask:
        scheme: MaskScheme = "scl" if mask["mask"].lower() == "scl" else "qa_pixel"
        return Member(path.absolute(), mask["key"], scheme, _metres(mask), scheme)
    match = _NUMBER.match(path.stem)
    if match is None:
        match = _WORD.match(path.stem)
        # One letter ("x_r.tif") is too little to go by.
        if match is None or len(match["band"]) < 2 or band_name(match["band"]) is None:
            return None
        return Member(path.absolute(), match["key"], band_name(match["band"]) or "", _metres(match))
    return Member(path.absolute(), match["key"], match["band"].upper(), _metres(match))


def _metres(match: re.Match[str]) -> int | None:
    return int(match["metres"]) if match["metres"] else None


def _sensor(members: Sequence[Member], hints: Hints, context: str) -> Sensor | None:
    if hints.sensor is not None:
        return find_sensor(require_sensor(hints.sensor))
    numbers = {m.token for m in members if m.mask is None and band_name(m.token) is None}
    landsat = _LANDSAT.search(context)
    if landsat:
        return find_sensor(f"landsat {landsat['number']}")
    # Landsat writes B4; only Sentinel-2 writes B04, and only it has B8A.
    if _SENTINEL_2.search(context) or "8A" in numbers or any(number.startswith("0") for number in numbers):
        return find_sensor(sentinel2.SENSOR)
    named = find_sensor(plain(context))
    if named is None and numbers:
        raise SceneError(
            f"{members[0].path.name} and others have bands {', '.join(sorted(numbers))} of an unknown sensor",
            "a band's number means another colour on each sensor",
            "give --sensor",
        )
    return named


def _finest(members: Sequence[Member], sensor: Sensor | None) -> dict[str, Path]:
    """Return the finest file of each band that is known and fine enough, by our band names."""
    found: dict[str, Member] = {}
    for member in members:
        name = band_name(member.token) or (sensor.band_of_number(member.token) if sensor else None)
        if member.mask or name is None or (member.metres or 0) > _COARSEST_M:
            continue
        if name not in found or (member.metres or 0) < (found[name].metres or 0):
            found[name] = member
    return {name: member.path for name, member in found.items()}


def _masks(members: Sequence[Member]) -> Iterator[MaskLayer]:
    masks = sorted((m for m in members if m.mask), key=lambda m: m.metres or 0)
    for scheme in dict.fromkeys(m.mask for m in masks):
        if scheme is not None:
            yield MaskLayer(scheme, str(next(m.path for m in masks if m.mask == scheme)))


def _date(context: str) -> tuple[dt.datetime | None, DatePrecision]:
    moment = _MOMENT.search(Path(context).name)
    if moment:
        return dt.datetime.strptime(moment[1], "%Y%m%dT%H%M%S").replace(tzinfo=dt.UTC), "second"
    landsat = _LANDSAT.search(context)
    day = date_in_name(landsat["day"] if landsat else Path(context).name)
    return day, "day"


def _scaling(
    sensor: Sensor | None, context: str, date: dt.datetime | None, hints: Hints
) -> tuple[Scaling | None, list[str]]:
    """Return what the names say makes the numbers reflectance, None if they say nothing, and notes."""
    if sensor is None or hints.scale is not None:
        return None, []
    landsat = _LANDSAT.search(context)
    if landsat:
        return (
            (Scaling(sensor.scale or 1.0, sensor.offset, 0.0), []) if landsat["level"] == "2" else (None, [])
        )
    if sensor.name != sentinel2.SENSOR:
        return None, []
    return _sentinel2_scaling(context, date, hints)


def _sentinel2_scaling(context: str, date: dt.datetime | None, hints: Hints) -> tuple[Scaling, list[str]]:
    baseline = sentinel2.baseline_of(context)
    if hints.offset is not None:
        return sentinel2.scaling(0.0), []
    if baseline is not None:
        since = baseline >= sentinel2.OFFSET_SINCE_BASELINE
        return sentinel2.scaling(sentinel2.OFFSET if since else 0.0), []
    if date is not None and sentinel2.offset_since(date):
        return sentinel2.scaling(sentinel2.OFFSET), [
            "taken with the offset of -1000 that Sentinel-2 has had since 25 January 2022; "
            "if whoever made the files has removed it, give --offset 0"
        ]
    return sentinel2.scaling(0.0), [
        "taken without an offset, as the names do not say the processing baseline; "
        "if it is 04.00 or later (reprocessed since 2022), give --offset -0.1"
    ]
