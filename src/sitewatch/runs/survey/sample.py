"""The file of a drawn sample: to be filled with results, added to a workspace, and read back."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely

from sitewatch.catalogue.sites import center_of, to_feature
from sitewatch.errors import OutputError, SurveyError
from sitewatch.io.results import safe_cell
from sitewatch.io.vectors import geojson_text, read_features, read_rows
from sitewatch.records import Site

_TABLES = (".csv", ".tsv", ".txt")
_FORMATS = (".csv", ".geojson")
RESULT, KIND = "result", "kind"


@dataclass(frozen=True, slots=True)
class Sampled:
    """A site of the sample.

    Attributes
    ----------
    site : Site
    stratum : str
    stratum_population, stratum_sample : int
        Sites of its stratum in the register, and in the sample.
    """

    site: Site
    stratum: str
    stratum_population: int
    stratum_sample: int

    @property
    def design(self) -> dict[str, Any]:
        """How it was drawn: inclusion probability, and the number of sites that it stands for."""
        return {
            "stratum": self.stratum,
            "stratum_population": self.stratum_population,
            "stratum_sample": self.stratum_sample,
            "probability": round(self.stratum_sample / self.stratum_population, 8),
            "weight": round(self.stratum_population / self.stratum_sample, 6),
        }


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a sample that was read back.

    Attributes
    ----------
    site_id, stratum : str
    stratum_population : int
    cells : mapping
        Everything that stands in the line, as text.
    """

    site_id: str
    stratum: str
    stratum_population: int
    cells: Mapping[str, str]


def write_sample(sample: Sequence[Sampled], out: Path, *, overwrite: bool = False) -> None:
    """Write a sample as CSV or GeoJSON, whole or not at all.

    Both can be read by ``sitewatch sites add``. They have empty columns ``result`` and ``kind`` to be filled.

    Raises
    ------
    OutputError
        If the file exists and may not be replaced, has another suffix, or cannot be written.
    """
    check_out(out, overwrite=overwrite)
    write_text(out, _geojson(sample) if out.suffix.lower() == ".geojson" else _table(sample))


def check_out(out: Path, *, overwrite: bool, suffixes: Sequence[str] = _FORMATS) -> None:
    """Refuse a file that may not be written.

    Raises
    ------
    OutputError
    """
    if out.suffix.lower() not in suffixes:
        raise OutputError(
            f"{out} is to be written", f"a name in {' or '.join(suffixes)} is needed", "rename it"
        )
    if out.exists() and not overwrite:
        raise OutputError(
            f"{out} exists",
            "what was drawn or planned is not replaced unasked",
            "choose another, or --overwrite",
        )


def write_text(out: Path, text: str) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    partial = out.with_name(f".{out.name}.partial")
    try:
        partial.write_text(text, "utf-8", newline="\n")
        partial.replace(out)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise OutputError(
            f"{out} could not be written ({(error.strerror or str(error)).lower()})",
            "a writable folder with room on its disk is needed",
            "choose another --out",
        ) from error


def csv_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows with the same columns as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: safe_cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def read_sample(path: Path) -> list[Row]:
    """Read a sample back, filled or not.

    Raises
    ------
    VectorError
        If the file cannot be read.
    SurveyError
        If it is no sample, or sites were taken out of it or put into it: the weights would be wrong.
    """
    rows = [_row(cells, path.name) for cells in read_cells(path)]
    if not rows:
        raise SurveyError(f"{path.name} holds no site", "a sample is needed", "name what `survey draw` wrote")
    _check_whole(rows, path.name)
    return rows


def read_cells(path: Path) -> list[dict[str, str]]:
    """Read the lines of a table, or the properties of a vector file, as text; missing values as "".

    Raises
    ------
    VectorError
        If the file cannot be read.
    """
    if path.suffix.lower() in _TABLES:
        return read_rows(path)
    properties = [feature.properties for feature in read_features(path)]
    return [
        {key: "" if value is None else str(value).strip() for key, value in each.items()}
        for each in properties
    ]


def site_id(cells: Mapping[str, str], file: str) -> str:
    """Return the id of a line.

    Raises
    ------
    SurveyError
        If it has none.
    """
    found = cells.get("site_id") or cells.get("id")
    if not found:
        raise SurveyError(
            f"{file} has a line without site_id", "each line needs the id of its site", "fill it in"
        )
    return found


def _row(cells: dict[str, str], file: str) -> Row:
    try:
        stratum, population = cells["stratum"], int(float(cells["stratum_population"]))
        int(float(cells["stratum_sample"]))
    except (KeyError, ValueError, OverflowError) as error:
        raise SurveyError(
            f"{file} has no readable stratum, stratum_population and stratum_sample",
            "a sample as `survey draw` wrote it is needed, with a column more for the results",
            "name that file, and give results in another with --results",
        ) from error
    return Row(site_id(cells, file), stratum, population, cells)


def _check_whole(rows: Sequence[Row], file: str) -> None:
    twice = next((name for name, number in Counter(row.site_id for row in rows).items() if number > 1), None)
    if twice is not None:
        raise SurveyError(
            f"{file} has site {twice!r} twice", "each sampled site has one line", "take one of them out"
        )
    found = Counter(row.stratum for row in rows)
    sizes = {row.stratum: row.stratum_population for row in rows}
    for row in rows:
        wanted = int(float(row.cells["stratum_sample"]))
        if row.stratum_population != sizes[row.stratum]:
            raise SurveyError(
                f"{file} gives stratum {row.stratum!r} both {row.stratum_population} and "
                f"{sizes[row.stratum]} sites",
                "a stratum has one size",
                "correct it, or draw again",
            )
        if not found[row.stratum] == wanted <= row.stratum_population:
            raise SurveyError(
                f"{file} has {found[row.stratum]} lines of stratum {row.stratum!r}; {wanted} of "
                f"{row.stratum_population} sites were drawn",
                "every site that was drawn is needed, also one that could not be assessed",
                "put the missing lines back, with the result not_assessable if so",
            )


def _table(sample: Sequence[Sampled]) -> str:
    circles = [center_of(one.site.geometry) for one in sample]
    points = all(circle is not None for circle in circles)
    return csv_text(
        [
            {
                "site_id": one.site.id,
                "name": one.site.name,
                "category": one.site.category,
                **one.design,
                **(_place(circle) if points and circle else {"wkt": _outline(one.site)}),
                RESULT: "",
                KIND: "",
            }
            for one, circle in zip(sample, circles, strict=True)
        ]
    )


def _place(circle: tuple[float, float, float]) -> dict[str, float]:
    lon, lat, radius = circle
    return {"lon": round(lon, 7), "lat": round(lat, 7), "radius_m": round(radius, 1)}


def _outline(site: Site) -> str:
    return str(shapely.to_wkt(site.geometry, rounding_precision=7))


def _geojson(sample: Sequence[Sampled]) -> str:
    features = []
    for one in sample:
        feature = to_feature(one.site)
        properties = {**feature["properties"], **one.design, RESULT: None, KIND: None}
        features.append({**feature, "properties": properties})
    return geojson_text(features)
