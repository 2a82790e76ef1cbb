"""One run with texts of the worst kind through every way out: they are read, and do nothing else."""

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pyogrio
import pypdf
import pytest
from lxml import etree
from lxml import html as markup
from starlette.testclient import TestClient
from tests.drawn_run import drawn_run

from sitewatch.cli import run as sitewatch
from sitewatch.evidence import Decision, Log, write_manifest
from sitewatch.io.results import Run
from sitewatch.review.app import make_app
from sitewatch.review.desk import Desk
from sitewatch.review.guard import Secrets
from sitewatch.review.session import open_session

MARK = "alert(31337)"
EVIL = (
    f'=HYPERLINK("http://evil.example","x")</script><script>{MARK}</script></text>]]>'
    f"<img src=x onerror={MARK}>\"' onload='{MARK}' &amp;{{{{ 7*7 }}}} ../../../../etc/passwd "
    "bell\x07 escape\x1b back\u202e\u2066"
)
LONG = f"+{EVIL}{'A' * 1_000_000}"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".tif", ".pgw"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a run of which name, credit, reasons, rivals, ids and notes are hostile."""
    made = drawn_run(tmp_path_factory.mktemp("hostile"), name=EVIL)
    path = made.path / "changes.geojson"
    table = json.loads(path.read_text("utf-8"))
    table["features"] = table["features"][:2]
    for said in (feature["properties"] for feature in table["features"]):
        said["reasons"] = [EVIL, LONG]
        said["rivals"] = [{"name": EVIL, "stance": "against", "sentence": EVIL, "measurement": None}]
        for side in ("before", "after"):
            said[side]["sensor"] = EVIL
    said["id"] = f"../../{EVIL}"[:200]
    path.write_text(json.dumps(table), "utf-8")
    write_manifest(made.path)
    for feature in table["features"]:
        told = {"change_id": feature["properties"]["id"], "reviewer": f"@{EVIL}"[:100], "status": "confirmed"}
        Log.of(made.path).write(
            Decision.model_validate(
                {**told, "note": EVIL, "at": dt.datetime.now(dt.UTC), "kind": "demolition"}
            )
        )
    return Run.open(made.path)


def harmless_markup(data: bytes) -> None:
    """Nothing of the texts became an element, an attribute, an address, or part of a script."""
    # As browsers do: whatever is broken is mended.
    root = markup.document_fromstring(data, parser=markup.HTMLParser(huge_tree=True, encoding="utf-8"))
    for element in root.iter(etree.Element):
        harmless_element(element)


def harmless_element(element: Any) -> None:
    tag = etree.QName(element).localname
    names = [etree.QName(name).localname.lower() for name in element.attrib]
    assert not [name for name in names if name.startswith("on")]
    assert element.get("src") != "x"
    for name, value in element.attrib.items():
        if etree.QName(name).localname.lower() in {"href", "src"}:
            assert (
                not value.strip().lower().startswith(("javascript:", "http://evil", "file:", "//", "../.."))
            )
            assert "passwd" not in value
    if tag == "script" and element.get("type") != "application/json":
        assert MARK not in (element.text or "")


def harmless_xml(data: bytes) -> None:
    parser = etree.XMLParser(resolve_entities=False, huge_tree=True)
    for element in etree.fromstring(data, parser).iter(etree.Element):
        harmless_element(element)
        assert element.get("TargetMode") != "External"
        assert etree.QName(element).localname != "script"
        if etree.QName(element).localname == "description" and element.text:
            harmless_markup(element.text.encode())


def harmless_table(data: bytes) -> None:
    csv.field_size_limit(10_000_000)
    for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
        for cell in row:
            if cell.startswith(_FORMULA):
                float(cell)


def harmless_pdf(data: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(data))
    numbers = {*reader.xref.get(0, {}), *reader.xref_objStm} - {0}
    assert numbers
    for number in numbers:
        thing = reader.get_object(number)
        if isinstance(thing, Mapping):
            assert not {"/JS", "/JavaScript", "/OpenAction", "/AA", "/Launch"} & set(thing)
            assert "evil" not in str(thing.get("/URI", ""))


def harmless_package(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            assert ".." not in PurePosixPath(name).parts
            assert not name.startswith(("/", "\\"))
            harmless(name, archive.read(name))


def harmless_json(data: bytes) -> None:
    def every(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
        if isinstance(value, dict):
            for name, item in value.items():
                yield from every(item, name)
        elif isinstance(value, list):
            for item in value:
                yield from every(item, key)
        else:
            yield key, value

    for key, value in every(json.loads(data)):
        if key == "href":
            assert MARK not in value
            assert "passwd" not in value


CHECKS: Mapping[str, Callable[[bytes], None]] = {
    ".html": harmless_markup,
    ".svg": harmless_xml,
    ".kml": harmless_xml,
    ".xml": harmless_xml,
    ".rels": harmless_xml,
    ".csv": harmless_table,
    ".pdf": harmless_pdf,
    ".json": harmless_json,
    ".geojson": harmless_json,
    ".docx": harmless_package,
    ".pptx": harmless_package,
    ".kmz": harmless_package,
}


def harmless(name: str, data: bytes) -> None:
    """Look at a file as the program that it is for does."""
    suffix = name[name.rindex(".") :]
    assert suffix in {*CHECKS, *_PICTURES, ".gpkg", ".txt", ".css", ".js", ".sha256", ".bin"}, name
    if suffix in CHECKS:
        CHECKS[suffix](data)


DOCUMENTS, TABLES = ("html", "pdf", "pptx", "docx"), ("csv", "geojson", "unosat", "cems", "stac")
WAYS = {
    "kit": ("review", "--kit", "kit.html"),
    **{f"report-{each}": ("report", "--format", each, "--out", f"r.{each}") for each in DOCUMENTS},
    **{f"chips-{each}": ("chips", "--format", each, "--out", "chips") for each in ("svg", "tif")},
    "kmz": ("export", "--format", "kml", "--out", "r.kmz"),
    "gpkg": ("export", "--format", "gpkg", "--out", "r.gpkg"),
    **{each: ("export", "--format", each, "--out", "out") for each in TABLES},
    "redact": ("redact", "--out", "edition"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", f"<p>{EVIL}</p>"),
        ("a.html", "<a href=' javascript:x'>x</a>"),
        ("a.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>"),
        ("a.kml", "<kml><description>&lt;img src='x' onerror='x'/></description></kml>"),
        ("a.csv", f'1,"{EVIL}"\n-1.5,+x\n'),
        ("a.json", '{"links": [{"href": "../../etc/passwd"}]}'),
    ],
)
def test_what_would_do_something_is_found(name: str, text: str):
    with pytest.raises((AssertionError, ValueError)):
        harmless(name, text.encode("utf-8"))


@pytest.mark.parametrize("way", WAYS)
def test_hostile_texts_do_nothing(way: str, run: Run, tmp_path: Path):
    name, *words, target = WAYS[way]
    stated = ["--licence", f"all=CC0-1.0 {EVIL}"] if name in ("report", "chips") else []
    home = tmp_path / "a" / "b"
    home.mkdir(parents=True)
    kept = sorted(run.path.parent.rglob("*"))
    assert sitewatch([name, str(run.path), *words, str(home / target), *stated]) == 0
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert all(path.is_relative_to(home / target) for path in files)
    # Nothing was written into or beside the run but its custody log.
    assert [
        path for path in run.path.parent.rglob("*") if path not in kept and path.name != "custody.jsonl"
    ] == []
    for path in files:
        harmless(path.name, path.read_bytes())


def test_hostile_texts_stand_in_a_geopackage(run: Run, tmp_path: Path):
    assert sitewatch(["export", str(run.path), "--format", "gpkg", "--out", str(tmp_path / "r.gpkg")]) == 0
    (name,) = pyogrio.read_dataframe(tmp_path / "r.gpkg", layer="sites")["name"]
    assert MARK in name


def test_hostile_texts_do_nothing_on_the_run_s_own_page(run: Run):
    page = (run.path / "index.html").read_bytes()
    assert MARK.encode() in page
    harmless_markup(page)
    harmless_table((run.path / "sites.csv").read_bytes())


def test_hostile_texts_are_told_to_the_review_page_as_data(run: Run):
    desk, known = Desk(open_session(run, EVIL[:100])), Secrets()
    client = TestClient(make_app(desk, port=8123, known=known), base_url="http://127.0.0.1:8123")
    harmless_markup(client.get(f"/?token={known.token}").content)
    answer = client.get("/api/items/0")
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["reasons"][0] == EVIL
    desk.close()
