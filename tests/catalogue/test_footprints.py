"""Footprints of a file: each has an id of its own, and a bad one stops no other."""

import json
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import LineString, MultiPolygon, box, mapping
from shapely.geometry.base import BaseGeometry

from sitewatch.catalogue.footprints import read_footprints
from sitewatch.errors import VectorError

HOUSE = box(0.0, 0.0, 0.0001, 0.0001)
NEXT = box(0.0002, 0.0, 0.0003, 0.0001)


def write(folder: Path, *features: tuple[dict[str, Any], BaseGeometry]) -> Path:
    members = [{"type": "Feature", "properties": facts, "geometry": mapping(one)} for facts, one in features]
    file = folder / "houses.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": members}))
    return file


def test_ids_are_the_files_own_and_made_where_there_are_none(tmp_path: Path):
    file = write(tmp_path, ({"osm_id": 12.0}, HOUSE), ({}, NEXT), ({"id": "x"}, MultiPolygon([HOUSE, NEXT])))
    first, second, third = read_footprints(file).footprints
    assert (first.id, third.id) == ("12", "x")
    assert second.id.startswith("building-")
    assert third.geometry.geom_type == "MultiPolygon"


def test_namesakes_are_told_apart_whatever_their_order_and_a_copy_counts_once(tmp_path: Path):
    rows = [({"id": "a"}, HOUSE), ({"id": "a"}, NEXT), ({"id": "a"}, HOUSE)]
    ids = [one.id for one in read_footprints(write(tmp_path, *rows)).footprints]
    assert len(ids) == len(set(ids)) == 2
    assert {one.id for one in read_footprints(write(tmp_path, *rows[::-1])).footprints} == set(ids)


def test_what_is_no_area_is_refused_by_name_and_the_rest_is_taken(tmp_path: Path):
    ring = LineString(HOUSE.exterior.coords)
    reading = read_footprints(write(tmp_path, ({"id": "a"}, HOUSE), ({"id": "wall"}, ring)))
    assert [one.id for one in reading.footprints] == ["a"]
    assert [name for name, _ in reading.refused] == ["wall"]
    assert "LineString is no footprint" in reading.refused[0][1].found


def test_a_file_without_footprints_is_refused(tmp_path: Path):
    with pytest.raises(VectorError, match="no footprint"):
        read_footprints(write(tmp_path))
