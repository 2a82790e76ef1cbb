"""What options say of a scene, and how that is laid over what its files say.

Options win. Where they contradict the file, the scene carries a note that says so.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sitewatch.catalogue.bands import require_names
from sitewatch.catalogue.sensors import UNKNOWN, find_sensor, require_sensor
from sitewatch.errors import SceneError
from sitewatch.records import Band, DatePrecision, Scene, Units


@dataclass(frozen=True, slots=True)
class Hints:
    """What the user says; None where nothing is said.

    Attributes
    ----------
    date : datetime or None
        UTC; `date_precision` says how much of it is meant.
    sensor : str or None
        As typed; `sensors.require_sensor` knows the spellings.
    bands : tuple of str or None
        In file order.
    gsd_m : float or None
        Ground sample distance in metres, for an image without georeference.
    center : (float, float) or None
        Longitude and latitude of the middle of an image without georeference.
    scale, offset : float or None
        ``reflectance = stored * scale + offset``, where the product's own metadata does not say it.
    """

    date: dt.datetime | None = None
    date_precision: DatePrecision = "second"
    sensor: str | None = None
    bands: tuple[str, ...] | None = None
    credit: str | None = None
    licence: str | None = None
    gsd_m: float | None = None
    center: tuple[float, float] | None = None
    id: str | None = None
    scale: float | None = None
    offset: float | None = None


def with_hints(scene: Scene, hints: Hints) -> Scene:
    """Return the scene as the options have it.

    Where sensor, credit or licence are still unknown afterwards, the sensor table fills in what its provider
    prescribes.

    Raises
    ------
    SceneError
        If an option names an unknown sensor or band, or more bands than there are.
    """
    scene = _dated(_sensed(scene, hints), hints)
    scene = _banded(scene, hints)
    scene = _scaled(scene, hints)
    scene = _credited(scene, hints)
    return replace(scene, id=hints.id) if hints.id else scene


def noted(scene: Scene, *notes: str, **fields: Any) -> Scene:
    """Return the scene with `fields` replaced and `notes` added."""
    return replace(scene, notes=(*scene.notes, *notes), **fields)


def named_bands(bands: Sequence[Band], names: Sequence[str]) -> tuple[tuple[Band, ...], str]:
    """Give names in file order to bands, or choose among bands that already have these names.

    Returns
    -------
    bands, note
        The note is empty where the names contradict nothing.

    Raises
    ------
    SceneError
        If there are more names than bands.
    """
    wanted = require_names(names)
    by_name = {band.name: band for band in bands}
    if len(wanted) < len(bands) and set(wanted) <= set(by_name):
        return tuple(by_name[name] for name in wanted), ""
    if len(wanted) > len(bands):
        raise SceneError(
            f"--bands names {len(wanted)} bands ({', '.join(wanted)}), the scene has {len(bands)}",
            "each name stands for one band, in file order",
            "correct --bands",
        )
    renamed = tuple(replace(band, name=name) for band, name in zip(bands, wanted, strict=False))
    return renamed, _contradiction(bands, renamed)


def _contradiction(bands: Sequence[Band], renamed: Sequence[Band]) -> str:
    known = [band.name for band in bands if not band.name.removeprefix("b").isdigit()]
    left_out = len(bands) - len(renamed)
    said = ""
    if known and known != [band.name for band in renamed]:
        said = f"the file calls its bands {', '.join(known)}; the option --bands was taken"
    if left_out:
        said += f"{'; ' if said else ''}{left_out} further band{'s' * (left_out > 1)} of the file left out"
    return said


def _sensed(scene: Scene, hints: Hints) -> Scene:
    if hints.sensor is None:
        return scene
    sensor = require_sensor(hints.sensor)
    if scene.sensor in {UNKNOWN, sensor}:
        return replace(scene, sensor=sensor)
    return noted(
        scene,
        f"the file says sensor {scene.sensor}, the option {sensor}; the option was taken",
        sensor=sensor,
    )


def _dated(scene: Scene, hints: Hints) -> Scene:
    if hints.date is None:
        return scene
    if scene.datetime is not None and _agree(scene.datetime, hints):
        # A file's exact time is worth more than the day that the option repeats.
        return scene
    dated = replace(scene, datetime=hints.date, date_precision=hints.date_precision)
    if scene.datetime is None:
        return dated
    return noted(
        dated,
        f"the file says {scene.datetime:%Y-%m-%d}, the option {hints.date:%Y-%m-%d}; the option was taken",
    )


def _agree(moment: dt.datetime, hints: Hints) -> bool:
    formats = {"year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d", "second": "%Y-%m-%dT%H:%M:%S"}
    shape = formats[hints.date_precision]
    return hints.date is not None and moment.strftime(shape) == hints.date.strftime(shape)


def _banded(scene: Scene, hints: Hints) -> Scene:
    if hints.bands is None:
        return scene
    bands, note = named_bands(scene.bands, hints.bands)
    return noted(scene, *([note] if note else []), bands=bands)


def _scaled(scene: Scene, hints: Hints) -> Scene:
    if hints.scale is None and hints.offset is None:
        return scene
    scale, offset = hints.scale, hints.offset
    bands = tuple(
        replace(
            band,
            scale=band.scale if scale is None else scale,
            offset=band.offset if offset is None else offset,
        )
        for band in scene.bands
    )
    units: Units = "reflectance" if scale is not None else scene.units
    return replace(scene, bands=bands, units=units)


def _credited(scene: Scene, hints: Hints) -> Scene:
    sensor = find_sensor(scene.sensor)
    year = scene.datetime.year if scene.datetime else None
    prescribed = sensor.credit_line(year) if sensor else None
    return replace(
        scene,
        credit=hints.credit or scene.credit or prescribed,
        licence=hints.licence or scene.licence or (sensor.licence if sensor else None),
    )
