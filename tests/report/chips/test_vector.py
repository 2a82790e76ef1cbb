"""Hostile and odd texts in the forms that other programs read."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odc.geo.geobox import GeoBox
from shapely.geometry import Polygon, box

from sitewatch.records import Pair, Site
from sitewatch.report.chips import ChipStyle, chip_grid, draw_chip
from sitewatch.report.chips.metadata import exif, plain, xmp
from sitewatch.report.chips.vector import path, svg

Make = Callable[..., Any]
HOSTILE = "</text><script>alert(1)</script> \" onload='x' &amp; ]]> \x00\u202e"


@given(st.dictionaries(st.sampled_from(["Title", "Copyright", "sitewatch:review"]), st.text()))
def test_any_text_makes_metadata_that_can_be_read(facts: dict[str, str]):
    ElementTree.fromstring(xmp(facts))  # noqa: S314 - our own text
    assert exif(facts) is not None
    assert len(plain(facts).splitlines()) <= max(len(facts), 1)


def test_metadata_say_the_text_that_was_given():
    root = ElementTree.fromstring(xmp({"Copyright": "© <A> & B"}))  # noqa: S314 - our own text
    assert "© <A> & B" in list(root.itertext())


@pytest.mark.parametrize("name", [HOSTILE, "x" * 100_000, "မောင်တော", "../../etc/passwd"])
def test_a_hostile_name_is_text_in_a_figure(pair: Pair, change: Make, drawn_view: Make, name: str):
    hostile = Pair(pair.before, pair.after, Site("s", name, "other", pair.site.geometry))
    chip = draw_chip(drawn_view(chip_grid(change(), hostile)), change(), hostile, ChipStyle(dpi=72))
    document = svg(chip.sheets[0], chip.facts)
    root = ElementTree.fromstring(document)  # noqa: S314 - our own file
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert "script" not in tags
    assert not [key for element in root.iter() for key in element.attrib if key.startswith("on")]
    links = [value for e in root.iter() for key, value in e.attrib.items() if "href" in key]
    assert all(link.startswith("data:") for link in links)
    assert len(document) < 1_500_000


def test_texts_of_a_vector_figure_are_texts(pair: Pair, change: Make, drawn_view: Make):
    chip = draw_chip(drawn_view(chip_grid(change(), pair)), change(), pair)
    root = ElementTree.fromstring(svg(chip.sheets[0], chip.facts))  # noqa: S314 - our own file
    said = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Credit: © 2017 Maker of images" in said
    assert [line.text for line in chip.sheets[0].lines] == said[1:]


def test_outlines_are_paths_with_their_holes():
    ring = Polygon(box(0, 0, 10, 10).exterior.coords, [box(4, 4, 6, 6).exterior.coords])
    assert path(ring).count("M") == path(ring).count("Z") == 2
    assert "10.00,0.00" in path(ring)


def test_a_site_far_wider_than_the_frame_does_not_swell_the_file(
    pair: Pair, change: Make, drawn_view: Make, grid: GeoBox
):
    wide = Site("s", "S", "other", grid.extent.to_crs("EPSG:4326").geom.buffer(5))
    large = Pair(pair.before, pair.after, wide)
    chip = draw_chip(drawn_view(chip_grid(change(), large)), change(), large)
    assert "e+" not in svg(chip.sheets[0], chip.facts).split("<image")[0]
