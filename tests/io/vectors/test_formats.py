"""Every format gives the same places."""

import zipfile
from pathlib import Path

import geopandas
import pyogrio
import pytest
from shapely import GeometryCollection, LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from sitewatch.errors import GeometryError
from sitewatch.io.vectors import read_features, to_geodataframe


def test_google_earth_folders_extended_data_and_time_spans(tmp_path: Path, google_earth: str) -> None:
    path = tmp_path / "Rakhine.kml"
    path.write_text(google_earth, "utf-8")
    pin, outline, track, both, broken = read_features(path)
    assert pin.geometry == Point(92.2875, 21.03123)
    assert not pin.geometry.has_z
    assert pin.properties == {
        "name": "Village pin",
        "description": "burned <b>2017</b>",
        "folder": "Rakhine/Maungdaw",
        "placemark": "0A1B2C3D",
        "since": "2017-08-25",
        "until": "2017-10",
        "radius_m": "300",
        "status": "razed",
    }
    assert isinstance(outline.geometry, Polygon)
    assert len(outline.geometry.interiors) == 1
    assert outline.geometry.area == pytest.approx(0.02 * 0.02 - 0.01 * 0.01 / 2)
    assert outline.properties["folder"] == "Rakhine"
    assert isinstance(track.geometry, LineString)
    assert isinstance(both.geometry, GeometryCollection)
    assert isinstance(broken.refusal, GeometryError)
    assert "Broken" in broken.refusal.found


def test_kmz_reads_its_doc_kml_and_not_another(tmp_path: Path, google_earth: str) -> None:
    path = tmp_path / "Rakhine.kmz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("files/other.kml", "<kml><Placemark/></kml>")
        archive.writestr("doc.kml", google_earth)
        archive.writestr("files/icon.png", b"\x89PNG")
    assert [feature.properties["name"] for feature in read_features(path)] == [
        "Village pin", "Outline", "Path", "Both", "Broken",
    ]  # fmt: skip


def test_a_kmz_named_kml_and_a_kml_of_another_version_are_read(tmp_path: Path) -> None:
    text = (
        '<kml xmlns="http://earth.google.com/kml/2.1"><Placemark><Point>'
        "<coordinates>1,2</coordinates></Point></Placemark></kml>"
    )
    zipped = tmp_path / "wrong.kml"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("places.kml", text)
    assert read_features(zipped)[0].geometry == Point(1, 2)


def test_geopackage_reads_all_spatial_layers_and_skips_plain_tables(
    tmp_path: Path, places: geopandas.GeoDataFrame, square: Polygon
) -> None:
    path = tmp_path / "places.gpkg"
    pyogrio.write_dataframe(places.iloc[:1].to_crs("EPSG:32646"), path, layer="areas")
    pyogrio.write_dataframe(places.iloc[1:], path, layer="points")
    pyogrio.write_dataframe(places.iloc[:1].drop(columns="geometry"), path, layer="codebook")
    area, point = read_features(path)
    assert area.geometry.symmetric_difference(square).area < 1e-12
    assert area.properties == {"name": "square", "status": "razed"}
    assert point.properties == {"name": None, "status": "standing"}
    assert point.geometry == Point(92.2875, 21.03123)


def test_shapefile_plain_and_zipped_in_a_folder(
    shapefile: Path, zipped_shapefile: Path, square: Polygon
) -> None:
    (plain,) = read_features(shapefile)
    (zipped,) = read_features(zipped_shapefile)
    assert plain.geometry.equals(square)
    assert zipped == plain
    assert plain.notes == ()


def test_shapefile_without_prj_is_taken_as_degrees_and_says_so(shapefile: Path, square: Polygon) -> None:
    shapefile.with_suffix(".prj").unlink()
    (feature,) = read_features(shapefile)
    assert feature.geometry.equals(square)
    assert "names no CRS" in feature.notes[0]


def test_shapefile_without_prj_in_metres_is_refused(tmp_path: Path, places: geopandas.GeoDataFrame) -> None:
    path = tmp_path / "metres.shp"
    pyogrio.write_dataframe(places.iloc[:1].to_crs("EPSG:32646"), path)
    path.with_suffix(".prj").unlink()
    (feature,) = read_features(path)
    assert isinstance(feature.refusal, GeometryError)
    assert ".prj" in feature.refusal.do


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbfname;Longitude;Latitude\r\nT\xc3\xbcla;92,2875;21,03123\r\n\r\n",
        b"name,lon,lat\nT\xc3\xbcla,92.2875,21.03123\n",
        b"Latitude (WGS84)\tLong\tname\n21.03123\t92.2875\tT\xc3\xbcla\n",
        "name|X|Y\nTüla|92.2875|21.03123\n".encode("utf-16"),
        b'"name","x","y"\n"T\xc3\xbcla"," 92.2875 ","21.03123"\n',
        b"name,wkt\nT\xc3\xbcla,POINT Z (92.2875 21.03123 4)\n",
        b"name,geom\nT\xc3\xbcla,SRID=4326;POINT (92.2875 21.03123)\n",
        b"name,lon,lat\nT\xfcla,92.2875,21.03123\n",
    ],
)
def test_tables_of_every_dialect_give_the_same_point(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "places.csv"
    path.write_bytes(text)
    (feature,) = read_features(path)
    assert feature.geometry == Point(92.2875, 21.03123)
    assert feature.properties == {"name": "Tüla"}
    assert bool(feature.notes) is (b"T\xfcla," in text)


def test_a_table_in_another_crs_by_its_wkt(tmp_path: Path, places: geopandas.GeoDataFrame) -> None:
    path = tmp_path / "places.csv"
    shape = places.to_crs("EPSG:32646").geometry.iloc[1]
    path.write_text(f'wkt\n"SRID=32646;{shape.wkt}"\n')
    (feature,) = read_features(path)
    assert feature.geometry.distance(Point(92.2875, 21.03123)) < 1e-8


def test_one_bad_row_does_not_stop_the_others(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("name,lon,lat\na,1,2\nb,east,2\nc,,\nd,3,4\ne,nan,1\n")
    good, word, missing, also_good, nan = read_features(path)
    assert (good.geometry, also_good.geometry) == (Point(1, 2), Point(3, 4))
    assert word.refusal is not None
    assert word.refusal.found == "line 3 has lon = 'east'"
    assert missing.refusal is not None
    assert nan.refusal is not None
    assert word.properties == {"name": "b"}


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ('{"type": "Point", "coordinates": [1, 2, 3]}', [Point(1, 2)]),
        ('{"type": "Feature", "id": 7, "geometry": {"type": "Point", "coordinates": [1, 2]}}', [Point(1, 2)]),
        ('\ufeff{"type": "FeatureCollection", "features": []}', []),
    ],
)
def test_geojson_of_every_shape(tmp_path: Path, text: str, shapes: list[BaseGeometry]) -> None:
    path = tmp_path / "places.GeoJSON"
    path.write_text(text, "utf-8")
    assert [feature.geometry for feature in read_features(path)] == shapes


def test_geojson_keeps_nested_properties_and_the_feature_id(tmp_path: Path) -> None:
    path = tmp_path / "places.geojson"
    path.write_text(
        '{"type": "FeatureCollection", "features": ['
        '{"type": "Feature", "id": "a", "geometry": {"type": "Point", "coordinates": [1, 2]},'
        ' "properties": {"sources": ["x", "y"], "kinds": {"burning": 0.5}}},'
        '{"type": "Feature", "id": "b", "geometry": {"type": "Point", "coordinates": [1, 2]},'
        ' "properties": {"id": "own"}},'
        '{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[0, "x"]]]}, "properties": {}},'
        '{"type": "Feature", "geometry": {"type": "Blob"}, "properties": null}, 5,'
        '{"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[0, NaN], [1, 1]]}}]}'
    )
    first, second, *malformed = read_features(path)
    assert first.properties == {"id": "a", "sources": ["x", "y"], "kinds": {"burning": 0.5}}
    assert second.properties["id"] == "own"
    assert [feature.refusal is not None for feature in malformed] == [True] * 4


def test_geojson_of_2008_with_its_crs(
    tmp_path: Path, places: geopandas.GeoDataFrame, square: Polygon
) -> None:
    path = tmp_path / "places.json"
    pyogrio.write_dataframe(places.iloc[:1].to_crs("EPSG:32646"), path, driver="GeoJSON", RFC7946="NO")
    (feature,) = read_features(path)
    assert feature.geometry.symmetric_difference(square).area < 1e-9


def test_flatgeobuf_through_gdal(tmp_path: Path, places: geopandas.GeoDataFrame) -> None:
    path = tmp_path / "places.fgb"
    pyogrio.write_dataframe(places, path)
    assert {feature.properties["status"] for feature in read_features(path)} == {"razed", "standing"}


def test_geodataframe_keeps_lists_and_the_columns_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "changes.geojson"
    path.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "a", "geometry": '
        '{"type": "Point", "coordinates": [1, 2]}, "properties": {"reasons": ["one"],'
        ' "kinds": {"other": 1}}}]}'
    )
    frame = to_geodataframe(path, columns=["kind"])
    assert frame.crs == "EPSG:4326"
    assert list(frame.columns) == ["kind", "reasons", "kinds", "id", "geometry"]
    assert frame["reasons"].iloc[0] == ["one"]
    assert frame["kinds"].iloc[0] == {"other": 1}


def test_geodataframe_of_nothing_has_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "changes.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}')
    frame = to_geodataframe(path, columns=["id", "kind"])
    assert len(frame) == 0
    assert list(frame.columns) == ["id", "kind", "geometry"]
    assert frame.geometry.name == "geometry"
