"""KMZ for Google Earth: sites and changes with their facts, both dates of each site laid over the ground.

Written with the standard library, element by element: text cannot become markup, and no writer looks for
files to pack in what a name says. OGC KML 2.2 (07-147r2).
"""

import re
import zipfile
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

from shapely.geometry import shape

from sitewatch.records import KINDS
from sitewatch.report.exports import columns
from sitewatch.report.exports.columns import CHANGES, SITES, Row
from sitewatch.report.exports.findings import Finding, Findings
from sitewatch.report.exports.markup import NAMESPACE, add, add_shape
from sitewatch.report.exports.overlays import (
    MOST_CHANGES,
    MOST_SITES,
    OVERLAP,
    Overlay,
    figures,
    overlays,
    ranked,
)
from sitewatch.report.exports.provenance import CAUTION, facts
from sitewatch.report.exports.text import file_stem, shown, stated
from sitewatch.report.words import KIND_COLOURS, KIND_TITLES

# As archive members carry a time, the earliest that a ZIP can hold: the same run gives the same bytes.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_TITLES: Mapping[str, str] = {str(kind): title for kind, title in KIND_TITLES.items()}
_VERDICT_COLOURS = {"change": "ff005ed5", "no_visible_change": "ffb27200", "not_assessable": "ff787878"}
# Alpha, blue, green, red in two hexadecimal digits each, as KML has them.
_CLEAR = "00000000"
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\dZ)?)?)?")
_FIGURE = "What is shown is the change as detected; what reviewers decided is below."
# Machine-readable columns that would only lengthen a balloon.
_NOT_SHOWN = {"evidence", "chip", "before_sha256", "after_sha256"}


def write(findings: Findings, path: Path) -> None:
    """Write the file."""
    pictures: dict[str, bytes] = {}
    root = Xml.Element("kml", {"xmlns": NAMESPACE})
    document = add(root, "Document")
    add(document, "name", f"sitewatch {shown(findings.run_id)}")
    add(document, "open", "1")
    first = ranked(findings.changes)
    laid, sites = overlays(findings.run, first)
    packed = {change.id: figures(findings.run, change.said.get("chip")) for change in first[:MOST_CHANGES]}
    folders = _by_site(laid)
    about = {fact["name"]: fact["value"] for fact in facts(findings)}
    about["pictures"] = (
        f"{sum(map(bool, packed.values()))} of {len(first)} changes (at most {MOST_CHANGES}) and "
        f"{len(folders)} of {sites} sites (at most {MOST_SITES}) have pictures: the largest and surest "
        "changes, and the sites where these are"
    )
    add(document, "description", _table(about))
    _styles(document)
    for site in findings.sites:
        key = site["properties"]["site_id"]
        folder = _site(document, site)
        _overlays(folder, findings, folders.pop(key, []), pictures)
        for change in findings.at(key):
            _change(folder, change, packed.get(change.id, {}), pictures)
    outside = _outside(findings)
    for key in folders or ([OVERLAP] if outside else []):
        folder = _folder(document, key)
        _overlays(folder, findings, folders.get(key, []), pictures)
        for change in outside:
            _change(folder, change, packed.get(change.id, {}), pictures)
        outside = []
    with zipfile.ZipFile(path, "w") as archive:
        _store(archive, "doc.kml", Xml.tostring(root, "utf-8", xml_declaration=True), zipfile.ZIP_DEFLATED)
        for name, data in pictures.items():
            _store(archive, name, data, zipfile.ZIP_STORED)


def _outside(findings: Findings) -> list[Finding]:
    """Return the changes of no site."""
    known = {site["properties"]["site_id"] for site in findings.sites}
    return [change for change in findings.changes if change.said["site_id"] not in known]


def _store(archive: zipfile.ZipFile, name: str, data: bytes, how: int) -> None:
    member = zipfile.ZipInfo(name, _NO_TIME)
    member.compress_type = how
    archive.writestr(member, data)


def _by_site(found: Iterable[Overlay]) -> dict[str, list[Overlay]]:
    sorted_: dict[str, list[Overlay]] = {}
    for overlay in found:
        sorted_.setdefault(overlay.key, []).append(overlay)
    return sorted_


def _styles(document: Xml.Element) -> None:
    for kind in KINDS:
        red, green, blue = KIND_COLOURS[kind]
        colour = f"{blue:02x}{green:02x}{red:02x}"
        _style(document, kind, f"ff{colour}", fill=f"40{colour}", width="3")
    _style(document, "rejected", "ff787878", width="1")
    for verdict, line in _VERDICT_COLOURS.items():
        _style(document, verdict, line)


def _style(document: Xml.Element, name: str, line: str, *, fill: str = _CLEAR, width: str = "2") -> None:
    style = add(document, "Style", id=name)
    label = add(style, "LabelStyle")
    add(label, "scale", "0.8")
    lines = add(style, "LineStyle")
    add(lines, "color", line)
    add(lines, "width", width)
    area = add(style, "PolyStyle")
    add(area, "color", fill)
    add(area, "fill", "0" if fill == _CLEAR else "1")
    balloon = add(style, "BalloonStyle")
    add(balloon, "text", "<h3>$[name]</h3>$[description]")


def _folder(parent: Xml.Element, name: object) -> Xml.Element:
    folder = add(parent, "Folder")
    add(folder, "name", shown(name))
    return folder


def _site(document: Xml.Element, site: Mapping[str, Any]) -> Xml.Element:
    """Add the folder of a site, with its placemark, and return it."""
    said = site["properties"]
    folder = _folder(document, said["name"] or said["site_id"])
    mark = add(folder, "Placemark")
    add(mark, "name", shown(said["name"] or said["site_id"]))
    row = columns.rows(SITES, [site])[0]
    add(mark, "description", _table(row))
    add(mark, "styleUrl", f"#{said['verdict'] if said['verdict'] in _VERDICT_COLOURS else 'not_assessable'}")
    _extended(mark, row)
    if site["geometry"]:
        add_shape(mark, shape(site["geometry"]), labelled=True)
    return folder


def _change(
    folder: Xml.Element, change: Finding, packed: Mapping[str, bytes], pictures: dict[str, bytes]
) -> None:
    row = columns.rows(CHANGES, [change])[0]
    mark = add(folder, "Placemark")
    add(mark, "name", f"{_TITLES.get(change.kind, shown(change.kind))} ({shown(change.status)})")
    cells = []
    for side, data in packed.items():
        name = f"files/{file_stem(change.id)}-{side}.jpg"
        pictures[name] = data
        cells.append(_shown_picture(name, side, row))
    head = f"<table><tr>{''.join(cells)}</tr></table><p>{_FIGURE}</p>" if cells else ""
    add(mark, "description", head + _table(row))
    _since(mark, row["before_datetime"])
    usual = change.kind if change.kind in _TITLES else "other"
    add(mark, "styleUrl", "#rejected" if change.status == "rejected" else f"#{usual}")
    _extended(mark, row)
    add_shape(mark, change.geometry)


def _shown_picture(name: str, side: str, row: Row) -> str:
    """Return a picture as a cell of HTML, with date, credit and licence; a figure has all drawn into it."""
    if side == "figure":
        return f'<td><img src="{name}" width="560" alt="before and after"/></td>'
    date, credit, licence = (row[f"{side}_{what}"] for what in ("datetime", "credit", "licence"))
    image = f'<img src="{name}" width="280" alt="{side}"/>'
    head = f"{side.capitalize()}: {date or 'no date'}"
    return f"<td>{escape(head)}<br/>{image}<br/>{escape(f'{credit}. {licence}')}</td>"


def _overlays(
    folder: Xml.Element, findings: Findings, found: list[Overlay], pictures: dict[str, bytes]
) -> None:
    if not found:
        return
    group = _folder(folder, "Before and after")
    style = add(group, "Style")
    add(add(style, "ListStyle"), "listItemType", "radioFolder")
    scenes = _scenes_of(findings, found[0].key)
    for overlay in found:
        block = scenes.get(overlay.side) or {}
        credit = stated(block.get("credit"), "credit")
        element = add(group, "GroundOverlay")
        add(
            element,
            "name",
            f"{overlay.side.capitalize()}: {shown(block.get('datetime') or 'no date')}, {credit}",
        )
        add(element, "visibility", str(int(overlay.side == "after")))
        facts_ = {
            **{key: shown(value) for key, value in block.items() if value is not None},
            "credit": credit,
        }
        facts_["licence"] = stated(block.get("licence"), "licence")
        add(element, "description", _table(facts_))
        if overlay.side == "before":
            _since(element, block.get("datetime"), (scenes.get("after") or {}).get("datetime"))
        else:
            _since(element, block.get("datetime"))
        name = f"files/{file_stem(overlay.key)}-{overlay.side}.png"
        pictures[name] = overlay.png
        add(add(element, "Icon"), "href", name)
        box = add(element, "LatLonBox")
        west, south, east, north = overlay.bounds
        for side, value in (("north", north), ("south", south), ("east", east), ("west", west)):
            add(box, side, repr(float(value)))


def _scenes_of(findings: Findings, key: str) -> Mapping[str, Any]:
    """Return what a site, or the changes of the overlap, say of the two scenes."""
    for site in findings.sites:
        if site["properties"]["site_id"] == key:
            said: Mapping[str, Any] = site["properties"]
            return said
    return next((change.said for change in findings.changes), {})


def _since(element: Xml.Element, begin: object, end: object = None) -> None:
    """Add a TimeSpan; dates of which only the month or year is known are KML's own short forms."""
    known = [(name, date) for name, date in (("begin", begin), ("end", end)) if _is_date(date)]
    if not known:
        return
    span = add(element, "TimeSpan")
    for name, date in known:
        add(span, name, str(date))


def _is_date(value: object) -> bool:
    return isinstance(value, str) and _DATE.fullmatch(value) is not None


def _extended(mark: Xml.Element, row: Row) -> None:
    data = add(mark, "ExtendedData")
    for name, value in row.items():
        if value is not None:
            add(add(data, "Data", name=name), "value", _words(value))


def _table(row: Mapping[str, Any]) -> str:
    """Return facts as an HTML table, which Google Earth shows in a balloon; every text is escaped."""
    cells = (
        f"<tr><td><b>{escape(name)}</b></td><td>{escape(_words(value)).replace(chr(10), '<br/>')}</td></tr>"
        for name, value in row.items()
        if value is not None and name not in _NOT_SHOWN
    )
    return f"<p>{escape(CAUTION)}</p><table>{''.join(cells)}</table>"


def _words(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
