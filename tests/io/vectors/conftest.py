"""Places in the formats that people send them in, written the way their programs write them."""

import zipfile
from pathlib import Path

import geopandas
import pyogrio
import pytest
from hypothesis import settings
from shapely import Point, Polygon

# A busy machine is no failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

SQUARE = Polygon([(92.28, 21.02), (92.30, 21.02), (92.30, 21.04), (92.28, 21.04)])
DOT = Point(92.2875, 21.03123)

# As Google Earth Pro 7.3 saves a folder: style maps, views, altitudes, tabs inside coordinates.
GOOGLE_EARTH = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2" \
xmlns:kml="http://www.opengis.net/kml/2.2" xmlns:atom="http://www.w3.org/2005/Atom">
<Document>
\t<name>Rakhine.kml</name>
\t<Schema name="villages" id="S_villages"><SimpleField type="string" name="status"/></Schema>
\t<StyleMap id="m_ylw-pushpin">
\t\t<Pair><key>normal</key><styleUrl>#s_ylw-pushpin</styleUrl></Pair>
\t</StyleMap>
\t<Style id="s_ylw-pushpin"><IconStyle><scale>1.1</scale></IconStyle></Style>
\t<Folder>
\t\t<name>Rakhine</name>
\t\t<open>1</open>
\t\t<Folder>
\t\t\t<name>Maungdaw</name>
\t\t\t<Placemark id="0A1B2C3D">
\t\t\t\t<name>Village pin</name>
\t\t\t\t<description><![CDATA[burned <b>2017</b>]]></description>
\t\t\t\t<LookAt><longitude>92.28</longitude><latitude>21.03</latitude><altitude>0</altitude></LookAt>
\t\t\t\t<TimeSpan><begin>2017-08-25</begin><end>2017-10</end></TimeSpan>
\t\t\t\t<styleUrl>#m_ylw-pushpin</styleUrl>
\t\t\t\t<ExtendedData>
\t\t\t\t\t<Data name="radius_m"><value>300</value></Data>
\t\t\t\t\t<SchemaData schemaUrl="#S_villages"><SimpleData name="status">razed</SimpleData></SchemaData>
\t\t\t\t</ExtendedData>
\t\t\t\t<Point>
\t\t\t\t\t<gx:drawOrder>1</gx:drawOrder>
\t\t\t\t\t<coordinates>92.2875,21.03123,12.5</coordinates>
\t\t\t\t</Point>
\t\t\t</Placemark>
\t\t</Folder>
\t\t<Placemark>
\t\t\t<name>Outline</name>
\t\t\t<Polygon>
\t\t\t\t<tessellate>1</tessellate>
\t\t\t\t<outerBoundaryIs><LinearRing><coordinates>
\t\t\t\t\t92.28,21.02,0 92.30,21.02,0 92.30,21.04,0 92.28,21.04,0 92.28,21.02,0\x20
\t\t\t\t</coordinates></LinearRing></outerBoundaryIs>
\t\t\t\t<innerBoundaryIs><LinearRing><coordinates>
\t\t\t\t\t92.285,21.025,0 92.295,21.025,0 92.295,21.035,0 92.285,21.025,0
\t\t\t\t</coordinates></LinearRing></innerBoundaryIs>
\t\t\t</Polygon>
\t\t</Placemark>
\t</Folder>
\t<Placemark>
\t\t<name>Path</name>
\t\t<LineString><coordinates>92.1,21,0 92.2,21,0</coordinates></LineString>
\t</Placemark>
\t<Placemark><name>Both</name><MultiGeometry>
\t\t<Point><coordinates>92.29,21.03,0</coordinates></Point>
\t\t<Polygon><outerBoundaryIs><LinearRing><coordinates>
\t\t\t92.28,21.02,0 92.30,21.02,0 92.30,21.04,0 92.28,21.02,0
\t\t</coordinates></LinearRing></outerBoundaryIs></Polygon>
\t</MultiGeometry></Placemark>
\t<Placemark><name>Broken</name><Point><coordinates>ninety,21</coordinates></Point></Placemark>
</Document>
</kml>
"""


@pytest.fixture
def google_earth() -> str:
    return GOOGLE_EARTH


@pytest.fixture
def square() -> Polygon:
    return SQUARE


@pytest.fixture
def places() -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(
        {"name": ["square", None], "status": ["razed", "standing"]}, geometry=[SQUARE, DOT], crs="EPSG:4326"
    )


@pytest.fixture
def shapefile(tmp_path: Path, places: geopandas.GeoDataFrame) -> Path:
    path = tmp_path / "villages.shp"
    pyogrio.write_dataframe(places.iloc[:1], path)
    return path


@pytest.fixture
def zipped_shapefile(shapefile: Path) -> Path:
    path = shapefile.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for part in shapefile.parent.glob("villages.*"):
            if part != path:
                archive.write(part, f"data/{part.name}")
                archive.write(part, f"__MACOSX/data/{part.name}")
    return path
