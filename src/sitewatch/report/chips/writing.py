"""Chips as files in a folder."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from odc.geo.geobox import GeoBox

from sitewatch.errors import OutputError
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.records import Change, Pair
from sitewatch.report.chips.drawing import draw_figures
from sitewatch.report.chips.files import Format, caption_text, chip_files, figure_name
from sitewatch.report.chips.framing import chip_grid
from sitewatch.report.chips.view import Chip, ChipStyle, ChipView

Viewer: TypeAlias = Callable[[GeoBox, Change], ChipView]


@dataclass(frozen=True, slots=True)
class Filing:
    """How chips are filed.

    Attributes
    ----------
    format : Format
        ``tif``: the dates as GeoTIFF instead of a figure.
    number : int or None
        Of the first figure in the captions that are written beside the figures; None: no captions.
    """

    format: Format = "png"
    number: int | None = None


def write_chips(
    folder: Path,
    pair: Pair,
    changes: Iterable[Change],
    view: Viewer,
    *,
    style: ChipStyle | None = None,
    most: int = 200,
) -> Mapping[str, str]:
    """Draw and write the chips of a pair's changes, largest and surest first.

    Parameters
    ----------
    folder : Path
        Made if it does not exist.
    view : callable
        Gives both dates on a grid, for a change.
    most : int
        Of so many changes at most.

    Returns
    -------
    mapping of change id to file name
        Of the annotated chip, in the order of `changes`; changes that have no chip are left out.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    changes = list(changes)
    chosen = {change.id for change in rank(changes)[:most]}
    figures = (
        (change.id, draw(pair, change, view, style or ChipStyle()))
        for change in changes
        if change.id in chosen
    )
    return {name: file_chips(folder, chips, name)[0] for name, chips in figures}


def rank(changes: Iterable[Change]) -> list[Change]:
    """Sort changes: the three kinds before other change, then by how sure times area, then by id."""
    return sorted(
        changes, key=lambda c: (c.kind == "other", -_finite(c.rank_probability) * _finite(c.area_m2), c.id)
    )


def draw(pair: Pair, change: Change, view: Viewer, style: ChipStyle) -> tuple[Chip, ...]:
    """Draw the figures of a change on the frame that is its own."""
    return draw_figures(view(chip_grid(change, pair, style.size_m), change), change, pair, style)


def file_chips(
    folder: Path, chips: Iterable[Chip], stem: str, filing: Filing | None = None
) -> tuple[str, ...]:
    """Write the figures of a change: ``<stem>.png``, the unannotated dates, and captions if wished.

    Returns
    -------
    tuple of str
        Names of the figures; of GeoTIFF, one a date.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    filing = filing or Filing()
    names: list[str] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for place, chip in enumerate(chips):
            made = _write(folder, chip, stem, filing)
            names += made
            if filing.number is not None:
                text = caption_text(chip, filing.number + place)
                path = folder / f"{stem}{'_' if chip.name else ''}{chip.name}.txt"
                path.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(
            f"chip {stem}.{filing.format} could not be written ({error.strerror or error})",
            "a writable folder with room on its disk is needed",
            "free space, or choose another --out",
        ) from error
    return tuple(names)


def _write(folder: Path, chip: Chip, stem: str, filing: Filing) -> list[str]:
    if filing.format == "tif":
        return [_write_date(folder, chip, stem, date) for date in chip.own]
    for file, content in chip_files(chip, stem, filing.format).items():
        (folder / file).write_bytes(content)
    return [figure_name(chip, stem, filing.format)]


def _write_date(folder: Path, chip: Chip, stem: str, date: str) -> str:
    """Write a date as it is shown, without annotation: a georeferenced GeoTIFF of red, green and blue."""
    name = f"{stem}_{date}.tif"
    facts = chip.facts
    tags = {
        **{key.replace("sitewatch:", "SITEWATCH_").upper(): value for key, value in facts.items()},
        "SITEWATCH_PANEL": date,
        "TIFFTAG_IMAGEDESCRIPTION": facts["Description"],
        "TIFFTAG_COPYRIGHT": facts["Copyright"],
        "TIFFTAG_SOFTWARE": facts["Software"],
    }
    pixels = np.asarray(chip.own[date]).transpose(2, 0, 1)
    write_geotiff(folder / name, pixels, chip.grid, Labels(None, ("red", "green", "blue"), tags))
    return name


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0
