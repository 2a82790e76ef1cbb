"""What a file says about its sites, and what is refused of it."""

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import pyogrio
import pytest
from shapely import Point, Polygon, box

from sitewatch.catalogue.sites import ground_area_m2, read_sites
from sitewatch.errors import GeometryError, SiteError, SitewatchError, VectorError

SQUARE = box(92.28, 21.02, 92.30, 21.04)
WriteFile = Callable[..., Path]


def test_every_field_is_read_and_the_rest_is_kept(write_file: WriteFile) -> None:
    path = write_file(
        (
            SQUARE,
            {
                "ID": "maungdaw-1",
                "Name": "Maungdaw",
                "category": "Settlement",
                "since": "2017-08-25",
                "until": "2017-10",
                "events": "burned",
                "sources": ["one", "two"],
                "precision_m": "150",
                "population": 1200,
            },
        )
    )
    (site,) = read_sites(path).sites
    assert (site.id, site.name, site.category) == ("maungdaw-1", "Maungdaw", "settlement")
    assert (site.since, site.until) == (dt.date(2017, 8, 25), dt.date(2017, 10, 31))
    assert (site.events, site.sources, site.precision_m) == ("burned", ("one", "two"), 150)
    assert site.properties == {"population": 1200}
    assert site.notes == ()


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"id": "a-1", "name": "x"}, "a-1"),
        ({"id": 34}, "34"),
        ({"id": 34.0}, "34"),
        ({"site_id": "s", "id": "i"}, "s"),
        ({"id": "", "name": "Tūla Toli (north)"}, "tula-toli-north"),
        ({"id": None, "title": "Camp 7"}, "camp-7"),
        ({"id": "Site 1/2", "name": "x"}, "site-1-2"),
        ({"id": "../../etc"}, "etc"),
        ({"fid": 3}, "places-3"),
        ({"fid": 3, "name": "Named"}, "named"),
        ({"name": "Overlap"}, "overlap-site"),
        ({"name": "x" * 100}, "x" * 64),
    ],
)
def test_ids(write_file: WriteFile, properties: dict[str, Any], expected: str) -> None:
    (site,) = read_sites(write_file((SQUARE, properties))).sites
    assert site.id == expected


def test_a_site_without_any_name_is_known_by_its_place(write_file: WriteFile) -> None:
    (one,) = read_sites(write_file((SQUARE, {"name": "和田市"}))).sites
    turned = Polygon([*SQUARE.exterior.coords][::-1][2:] + [*SQUARE.exterior.coords][::-1][1:3])
    (same,) = read_sites(write_file((turned, {}), name="other")).sites
    (moved,) = read_sites(write_file((box(92.28, 21.02, 92.30, 21.05), {}))).sites
    assert one.name == "和田市"
    assert one.id == same.id
    assert one.id.startswith("site-")
    assert moved.id != one.id


def test_namesakes_are_told_apart_whatever_their_order(write_file: WriteFile) -> None:
    pins = [(Point(92.0 + n, 21), {"name": "Untitled Placemark"}) for n in range(3)]
    ids = [site.id for site in read_sites(write_file(*pins)).sites]
    assert len(set(ids)) == 3
    assert all(site_id.startswith("untitled-placemark-") for site_id in ids)
    assert [site.id for site in read_sites(write_file(*pins[::-1])).sites] == ids[::-1]


def test_an_id_given_twice_is_refused_once_and_names_both(write_file: WriteFile) -> None:
    path = write_file(
        (Point(1, 2), {"id": "a", "name": "First"}),
        (Point(3, 4), {"id": "b"}),
        (Point(5, 6), {"id": "A", "name": "Third"}),
    )
    reading = read_sites(path)
    assert [site.id for site in reading.sites] == ["a", "b"]
    ((name, error),) = reading.refused
    assert name == "Third"
    assert isinstance(error, SiteError)
    assert error.found == ("places.geojson gives the id 'A' to First (feature 1) and to Third (feature 3)")


def test_the_same_nameless_place_twice_is_refused(write_file: WriteFile) -> None:
    reading = read_sites(write_file((SQUARE, {}), (SQUARE, {})))
    assert len(reading.sites) == len(reading.refused) == 1


@pytest.mark.parametrize(
    ("option", "properties", "radius"),
    [
        (None, {}, 250),
        (None, {"radius_m": 400}, 400),
        (None, {"Radius_M": "400,5"}, 400.5),
        (100, {"radius_m": 400}, 100),
    ],
)
def test_radius(
    write_file: WriteFile, option: float | None, properties: dict[str, Any], radius: float
) -> None:
    (site,) = read_sites(write_file((Point(92.28, 21.03), properties)), radius_m=option).sites
    assert ground_area_m2(site.geometry) == pytest.approx(3.14159 * radius**2, rel=1e-3)
    assert site.notes == (f"a point became a circle of {radius:g} m radius",)


@pytest.mark.parametrize(
    ("word", "category", "noted"),
    [
        ("ground_station", "ground_station", False),
        ("Ground Station", "ground_station", False),
        ("village", "settlement", False),
        (None, "other", False),
        ("mosque", "other", True),
    ],
)
def test_category(write_file: WriteFile, word: str | None, category: str, noted: bool) -> None:
    path = write_file((SQUARE, {"category": word}))
    (site,) = read_sites(path).sites
    assert site.category == category
    assert bool(site.notes) is noted
    assert read_sites(path, category="facility").sites[0].category == "facility"


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2017", "2017", (dt.date(2017, 1, 1), dt.date(2017, 12, 31))),
        (2017, 2018.0, (dt.date(2017, 1, 1), dt.date(2018, 12, 31))),
        ("2016-02", "2016-02", (dt.date(2016, 2, 1), dt.date(2016, 2, 29))),
        ("2017-12", "2017-12", (dt.date(2017, 12, 1), dt.date(2017, 12, 31))),
        ("2017/8/5", "20170925", (dt.date(2017, 8, 5), dt.date(2017, 9, 25))),
        ("2017-08-25T06:30:00Z", None, (dt.date(2017, 8, 25), None)),
        (None, "", (None, None)),
    ],
)
def test_dates(write_file: WriteFile, since: Any, until: Any, expected: tuple[dt.date, dt.date]) -> None:
    (site,) = read_sites(write_file((SQUARE, {"since": since, "until": until}))).sites
    assert (site.since, site.until) == expected


BAD: dict[str, tuple[Any, dict[str, Any], type[SitewatchError], str]] = {
    "american date": (SQUARE, {"since": "9/3/17"}, SiteError, "since is '9/3/17'"),
    "no such day": (SQUARE, {"until": "2017-02-30"}, SiteError, "until is '2017-02-30'"),
    "order": (SQUARE, {"since": "2018", "until": "2017"}, SiteError, "since 2018-01-01 is later than until"),
    "radius": (Point(1, 2), {"radius_m": "wide"}, SiteError, "radius_m is 'wide'"),
    "negative radius": (Point(1, 2), {"radius_m": -5}, SiteError, "radius_m is -5"),
    "precision": (SQUARE, {"precision_m": -1}, SiteError, "precision_m is -1"),
    "reserved id": (SQUARE, {"id": "overlap"}, SiteError, "the id 'overlap'"),
    "self-crossing": (Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), {}, GeometryError, "crosses itself"),
    "empty": (Polygon(), {}, GeometryError, "is empty"),
    "swapped": (Point(21.03, 92.28), {}, GeometryError, "swapped"),
    "metres": (box(386_000, 2_330_000, 387_000, 2_331_000), {}, GeometryError, "names no CRS"),
}


@pytest.mark.parametrize("case", BAD)
def test_one_bad_site_is_refused_alone_in_one_line(write_file: WriteFile, case: str) -> None:
    shape, properties, kind, expected = BAD[case]
    path = write_file((SQUARE, {"id": "good"}), (shape, {"name": "bad"} | properties), (Point(1, 2), {}))
    reading = read_sites(path)
    assert len(reading.sites) == 2
    ((name, error),) = reading.refused
    assert name == "bad"
    assert type(error) is kind
    assert expected in error.found
    assert "\n" not in str(error)


def test_a_radius_that_is_none_is_refused(write_file: WriteFile) -> None:
    with pytest.raises(SiteError, match="a radius of 0 m"):
        read_sites(write_file((Point(1, 2), {})), radius_m=0)


def test_a_file_without_places(write_file: WriteFile) -> None:
    with pytest.raises(VectorError, match="holds no places"):
        read_sites(write_file())


def test_require_tells_one_refusal_from_many(write_file: WriteFile) -> None:
    bad = (Point(21, 92), {"name": "x"})
    with pytest.raises(GeometryError, match="swapped"):
        read_sites(write_file(bad)).require()
    with pytest.raises(SiteError, match="none of 2 sites can be used; the first, x: latitude 92"):
        read_sites(write_file(bad, bad)).require()
    good = read_sites(write_file((SQUARE, {})))
    assert good.require() == good.sites


KMZ = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Camps</name><Folder><name>Aksu</name>
<Placemark><name>Camp 1</name><TimeSpan><begin>2017-04</begin></TimeSpan>
<ExtendedData><Data name="category"><value>facility</value></Data></ExtendedData>
<Point><coordinates>80.29,41.17,1100</coordinates></Point></Placemark>
<Placemark><name>Camp 2</name><Polygon><outerBoundaryIs><LinearRing><coordinates>
80.1,41.1,0 80.11,41.1,0 80.11,41.11,0 80.1,41.11,0 80.1,41.1,0
</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Folder></Document></kml>"""


def test_a_kmz_of_google_earth(tmp_path: Path) -> None:
    path = tmp_path / "camps.kmz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("doc.kml", KMZ)
    one, two = read_sites(path).sites
    assert (one.id, one.category, one.since) == ("camp-1", "facility", dt.date(2017, 4, 1))
    assert one.properties["folder"] == "Aksu"
    assert two.geometry.equals(box(80.1, 41.1, 80.11, 41.11))


def test_a_table_of_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "stations.csv"
    path.write_bytes(
        "\ufeffName;Category;Lon;Lat;Radius_m;Since;Sources\r\n"
        'Katherine;ground station;132,1533;-14,376;250;2015;"[""IGS log"", ""ASPI""]"\r\n'.encode()
    )
    (site,) = read_sites(path).sites
    assert (site.id, site.category, site.since) == ("katherine", "ground_station", dt.date(2015, 1, 1))
    assert site.sources == ("IGS log", "ASPI")
    assert site.geometry.centroid.distance(Point(132.1533, -14.376)) < 1e-5


def test_a_geopackage_with_real_dates_and_a_shapefile_with_cut_names(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame(
        {
            "name": ["Marawi"],
            "since": [dt.datetime(2017, 5, 23, 4, 30, tzinfo=dt.UTC)],
            "precision_m": [500.0],
            "source": [None],
        },
        geometry=[box(124.29, 8.0, 124.30, 8.01)],
        crs="EPSG:4326",
    ).to_crs("EPSG:32651")
    pyogrio.write_dataframe(frame, tmp_path / "a.gpkg")
    # What a shapefile keeps of them: ten characters of a name, and a date with a time as text.
    cut = frame.rename(columns={"precision_m": "precision_"}).assign(since="2017/05/23 04:30:00")
    pyogrio.write_dataframe(cut, tmp_path / "a.shp")
    for path in (tmp_path / "a.gpkg", tmp_path / "a.shp"):
        (site,) = read_sites(path).sites
        assert (site.id, site.since, site.precision_m) == ("marawi", dt.date(2017, 5, 23), 500)
        assert site.sources == ()
        assert site.geometry.centroid.distance(Point(124.295, 8.005)) < 1e-6
