"""The catalogue is valid STAC that can be moved, and knows where its results come from."""

import hashlib
import json
from pathlib import Path

import pystac
import pytest
from pystac.validation import validate_dict

from sitewatch.io.results import Run
from sitewatch.report.exports import export


@pytest.fixture(scope="module")
def folder(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    # With a dot in its name, which pystac would take for a file.
    return export(run, "stac", tmp_path_factory.mktemp("stac") / "r.1.stac")[0]


@pytest.fixture(scope="module")
def catalogue(folder: Path) -> pystac.Catalog:
    return pystac.Catalog.from_file(str(folder / "catalog.json"))


def results(catalogue: pystac.Catalog) -> dict[str, pystac.Item]:
    return {item.properties["sitewatch:site_id"]: item for item in catalogue.get_items()}


def test_core_is_valid(folder: Path):
    seen = 0
    for path in folder.rglob("*.json"):
        if path.name == "export.json":
            continue
        document = json.loads(path.read_text("utf-8"))
        # The schemas of core come with pystac; those of extensions would be fetched (see the test below).
        assert validate_dict({**document, "stac_extensions": []})
        seen += 1
    assert seen == 8


def test_the_schemas_do_refuse(folder: Path):
    document = json.loads(next(folder.glob("*/run-1_holed.json")).read_text("utf-8"))
    with pytest.raises(pystac.STACValidationError):
        validate_dict({**document, "stac_extensions": [], "bbox": "west"})


def test_an_item_a_site(catalogue: pystac.Catalog):
    assert set(results(catalogue)) == {"across", "holed", "huge", "controls"}


def test_extensions_have_what_their_schemas_require(catalogue: pystac.Catalog):
    for item in results(catalogue).values():
        said = item.properties
        assert {each.split("/")[3] for each in item.stac_extensions} == {"label", "processing", "file"}
        # label 1.0.1: type, properties and description; a vector label has classes and an asset "labels".
        assert said["label:type"] == "vector"
        assert isinstance(said["label:properties"], list)
        assert said["label:description"]
        assert all(set(each) == {"name", "classes"} for each in said["label:classes"])
        assert "labels" in (item.assets["labels"].roles or ())
        assert [link for link in item.links if link.rel == "source"]
        assert all(isinstance(version, str) for version in said["processing:software"].values())
        assert said["start_datetime"] < said["end_datetime"]


def test_results_are_derived_from_scenes_that_the_catalogue_holds(catalogue: pystac.Catalog):
    for item in results(catalogue).values():
        links = [
            link.resolve_stac_object(catalogue).target for link in item.links if link.rel == "derived_from"
        ]
        assert [source.id for source in links if isinstance(source, pystac.Item)] == ["s-before", "s-after"]


def test_checksums_are_multihashes_of_the_files(catalogue: pystac.Catalog):
    seen = 0
    for item in results(catalogue).values():
        for asset in item.assets.values():
            data = Path(asset.get_absolute_href() or "").read_bytes()
            assert asset.extra_fields["file:checksum"] == "1220" + hashlib.sha256(data).hexdigest()
            assert asset.extra_fields["file:size"] == len(data)
            seen += 1
    assert seen == 4 + 2 + 1


def test_everything_is_inside_and_relative(folder: Path):
    for path in folder.rglob("*.json"):
        text = path.read_text("utf-8")
        assert "/home/someone" not in text
        assert str(folder) not in text
        document = json.loads(text)
        hrefs = [link["href"] for link in document.get("links", ())]
        hrefs += [asset["href"] for asset in document.get("assets", {}).values()]
        for href in hrefs:
            target = (path.parent / href).resolve()
            assert target.is_file()
            assert target.is_relative_to(folder)


def test_a_box_across_the_antimeridian_runs_from_west_to_east(catalogue: pystac.Catalog):
    assert results(catalogue)["across"].bbox == pytest.approx([179.99, 51.0, -179.98, 51.02])


def test_credits_are_in_every_item(catalogue: pystac.Catalog):
    for item in results(catalogue).values():
        names = [provider["name"] for provider in item.properties["providers"]]
        assert names == ["Contains drawn data 2020 <b>&", "credit not stated", "sitewatch"]
        assert item.properties["sitewatch:credits"]["s-after"] == "credit not stated (licence not stated)"
