"""A file that cannot be read is refused in one line that names it."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sitewatch.errors import SiteError, SitewatchError, VectorError
from sitewatch.io.vectors import read_features, read_rows


def _kmz(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def _truncated(path: Path, members: dict[str, bytes]) -> None:
    _kmz(path, members)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


CASES: dict[str, tuple[str, bytes | Callable[[Path], None], str]] = {
    "empty": ("a.geojson", b"", "is empty"),
    "empty geopackage": ("a.gpkg", b"", "is empty"),
    "truncated geojson": ("a.geojson", b'{"type": "FeatureCollection", "features": [{"ty', "not whole JSON"),
    "json list": ("a.json", b"[1, 2]", "holds a JSON list"),
    "topojson": ("a.json", b'{"type": "Topology", "arcs": []}', "type 'Topology'"),
    "no features": ("a.json", b'{"type": "FeatureCollection"}', "without features"),
    "unknown crs": (
        "a.json",
        b'{"type": "FeatureCollection", "features": [], "crs": {"properties": {"name": "EPSG:999999"}}}',
        "EPSG:999999",
    ),
    "kml cut": ("a.kml", b"<kml><Document><Placemark><name>x", "not whole KML"),
    "kml entities": ("a.kml", b'<!DOCTYPE kml [<!ENTITY a "b">]><kml>&a;</kml>', "declares XML entities"),
    "html": ("a.kml", b"<html><body/></html>", "XML of type html"),
    "only links": (
        "a.kml",
        b"<kml><NetworkLink><Link><href>http://x/y.kml</href></Link></NetworkLink></kml>",
        "only links",
    ),
    "kmz without kml": ("a.kmz", lambda path: _kmz(path, {"x.png": b"x"}), "holds no .kml"),
    "kmz cut": ("a.kmz", lambda path: _truncated(path, {"doc.kml": b"<kml/>" * 50}), "damaged KMZ"),
    "kmz not zip": ("a.kmz", b"PK nothing", "damaged KMZ"),
    "gpkg corrupt": ("a.gpkg", b"SQLite format 3\0" + b"\0" * 200, "cannot be read"),
    "gpkg not": ("a.gpkg", b"hello", "cannot be read"),
    "picture": ("a.png", b"\x89PNG\r\n\x1a\n", "cannot be read"),
    "zip without shp": ("a.zip", lambda path: _kmz(path, {"readme.txt": b"x"}), "holds no .shp"),
    "zip cut": ("a.zip", lambda path: _truncated(path, {"a.shp": b"x" * 99}), "cannot be read"),
    "shp alone": ("a.shp", b"\0\0\x27\x0a" + b"\0" * 96, "without its .shx and .dbf"),
    "table binary": ("a.csv", b"lon,lat\n\0\0", "binary file"),
}


@pytest.mark.parametrize("case", CASES)
def test_broken_files_are_vector_errors(tmp_path: Path, case: str) -> None:
    name, content, expected = CASES[case]
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        content(path)
    with pytest.raises(VectorError) as caught:
        read_features(path)
    assert expected in caught.value.found
    assert name in caught.value.found
    _one_line(caught.value)


@pytest.mark.parametrize("name", ["a.geojson", "a.kml", "a.csv", "a.gpkg", "a.shp", "a.zip"])
def test_missing_files_are_said_to_be_missing(tmp_path: Path, name: str) -> None:
    with pytest.raises(VectorError, match="no such file") as caught:
        read_features(tmp_path / name)
    _one_line(caught.value)


def test_a_folder_and_a_forbidden_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "a.geojson"
    folder.mkdir()
    with pytest.raises(VectorError, match="is a directory"):
        read_features(folder)

    def forbid(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbid)
    with pytest.raises(VectorError, match="permission denied"):
        read_features(tmp_path / "b.kml")


def test_a_table_without_coordinates_names_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,place\na,b\n")
    with pytest.raises(SiteError, match=r"name, place.*columns lon and lat"):
        read_features(path)


def test_a_table_that_names_a_column_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,result,result\na,b,c\n")
    with pytest.raises(VectorError, match="two columns 'result'"):
        read_rows(path)


def test_a_kmz_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bomb.kmz"
    _kmz(path, {"doc.kml": b" " * 2_000_000})
    monkeypatch.setattr("sitewatch.io.vectors.kml.MOST_BYTES", 1_000_000)
    with pytest.raises(VectorError, match="unpacks to 2 MB"):
        read_features(path)


def _one_line(error: SitewatchError) -> None:
    assert "\n" not in str(error)
    assert all((error.found, error.needed, error.do))
