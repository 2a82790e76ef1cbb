"""The scene catalogue of a workspace: what gets in, what does not, and that nothing is left half-done."""

import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pystac
import pytest
from affine import Affine
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.catalogue.products import Hints
from sitewatch.catalogue.scenes import add_scenes, load_scenes
from sitewatch.catalogue.workspace import Workspace
from sitewatch.errors import CatalogueError, OutputError, RasterError, SceneError
from sitewatch.io.rasters import Labels, load, write_geotiff

GRID = GeoBox((64, 64), Affine(0.5, 0, 300_000, 0, -0.5, 2_300_000), "EPSG:32646")
DAY = dt.datetime(2017, 9, 26, tzinfo=dt.UTC)
HINTS = Hints(date=DAY, date_precision="day", sensor="maxar", credit="© someone", licence="CC BY")
Write: TypeAlias = Callable[..., Path]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "ws")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_(
        name: str, seed: int = 0, pixels: NDArray[np.generic] | None = None, nodata: float | None = None
    ) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        drawn = np.random.default_rng(seed).integers(1, 255, (3, 64, 64)).astype(np.uint8)
        write_geotiff(path, drawn if pixels is None else pixels, GRID, Labels(nodata=nodata))
        return path

    return write_


def everything(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_what_is_added_is_what_is_loaded(workspace: Workspace, write: Write):
    reading = add_scenes(workspace, [write("a.tif"), write("b.tif", 1)], HINTS)
    assert [scene.id for scene in reading.scenes] == ["a", "b"]
    assert not reading.refused
    assert load_scenes(workspace).scenes == reading.scenes
    scene = reading.scenes[0]
    assert (scene.datetime, scene.date_precision, scene.sensor) == (DAY, "day", "maxar")
    assert (scene.credit, scene.licence) == ("© someone", "CC BY")
    assert len(scene.sha256 or "") == 64


def test_the_catalogue_is_one_that_pystac_reads(workspace: Workspace, write: Write):
    add_scenes(workspace, [write("b.tif", 1), write("a.tif")], HINTS)
    catalogue = pystac.Catalog.from_file(workspace.scenes / "catalog.json")
    assert [item.id for item in catalogue.get_items()] == ["a", "b"]
    item = next(iter(catalogue.get_items()))
    assert item.get_root().id == catalogue.id
    assert Path(item.assets["image"].get_absolute_href() or "").exists()


def test_files_below_the_workspace_move_with_it(workspace: Workspace, write: Write, tmp_path: Path):
    outside, inside = write("a.tif"), write("ws/images/b.tif", 1)
    first = add_scenes(workspace, [outside, inside], HINTS).scenes
    text = {scene.id: (workspace.scenes / scene.id / f"{scene.id}.json").read_text() for scene in first}
    assert json.loads(text["a"])["assets"]["image"]["href"] == str(outside)
    assert json.loads(text["b"])["assets"]["image"]["href"] == "../../images/b.tif"
    shutil.move(workspace.root, tmp_path / "moved")
    moved = load_scenes(Workspace.open(tmp_path / "moved")).scenes
    assert moved[1].bands[0].href == str(tmp_path / "moved" / "images" / "b.tif")
    np.testing.assert_array_equal(load(moved[1], GRID), load(moved[1], moved[1].grid))


def test_the_same_scene_twice_is_said_and_not_doubled(workspace: Workspace, write: Write, tmp_path: Path):
    path = write("a.tif")
    add_scenes(workspace, [path], HINTS)
    before = everything(workspace.scenes)
    again = add_scenes(workspace, [path, path], HINTS)
    assert again.notes == ("a is in the catalogue already",)
    shutil.copy(path, tmp_path / "copy.tif")
    assert add_scenes(workspace, [tmp_path / "copy.tif"], HINTS).notes == (
        "copy is in the catalogue already, as a",
    )
    assert everything(workspace.scenes) == before
    assert not again.scenes
    assert not again.refused


def test_another_scene_of_the_same_id_is_refused_unless_replaced(workspace: Workspace, write: Write):
    add_scenes(workspace, [write("one/a.tif")], HINTS)
    before = everything(workspace.scenes)
    other = write("two/a.tif", 1)
    ((name, error),) = add_scenes(workspace, [other], HINTS).refused
    assert name == "a.tif"
    assert isinstance(error, CatalogueError)
    assert "another scene has the id a (its pixels are others)" in str(error)
    assert everything(workspace.scenes) == before
    assert add_scenes(workspace, [other], Hints(**{**_fields(HINTS), "id": "a2"})).scenes[0].id == "a2"
    assert add_scenes(workspace, [write("three/a.tif", 2)], HINTS, replace_same=True).scenes[0].id == "a"
    assert [scene.id for scene in load_scenes(workspace).scenes] == ["a", "a2"]


def test_other_facts_of_the_same_file_are_a_difference(workspace: Workspace, write: Write):
    path = write("a.tif")
    add_scenes(workspace, [path], HINTS)
    changed = Hints(**{**_fields(HINTS), "credit": "© someone else"})
    ((_, error),) = add_scenes(workspace, [path], changed).refused
    assert "its credit differ" in str(error)
    assert add_scenes(workspace, [path], changed, replace_same=True).scenes[0].credit == "© someone else"


def _fields(hints: Hints) -> dict[str, object]:
    return {name: getattr(hints, name) for name in Hints.__dataclass_fields__}


@pytest.mark.parametrize(
    ("hints", "message"),
    [
        (Hints(sensor="maxar"), "does not say the date; .* give --date"),
        (Hints(date=DAY), "does not say the sensor; .* give --sensor"),
        (Hints(), "does not say the date nor the sensor"),
        (Hints(date=DAY, sensor="hubble"), "'hubble' is not known; known are sentinel-2-msi"),
        (Hints(date=DAY, sensor="maxar", id="a/b"), "--id 'a/b'"),
        (
            Hints(date=DAY, sensor="maxar", bands=("red", "green", "blue", "nir")),
            "names 4 bands .* the scene has 3",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_named(workspace: Workspace, write: Write, hints: Hints, message: str):
    before = everything(workspace.scenes)
    ((_, error),) = add_scenes(workspace, [write("a.tif")], hints).refused
    assert isinstance(error, SceneError)
    with pytest.raises(SceneError, match=message):
        raise error
    assert everything(workspace.scenes) == before


def test_other_is_a_sensor(workspace: Workspace, write: Write):
    assert (
        add_scenes(workspace, [write("a.tif")], Hints(date=DAY, sensor="other")).scenes[0].sensor == "other"
    )


def test_one_bad_scene_does_not_stop_the_rest(workspace: Workspace, write: Write, tmp_path: Path):
    good = write("good.tif")
    flat = write("flat.tif", pixels=np.full((3, 64, 64), 7, np.uint8))
    nothing = write("nothing.tif", pixels=np.zeros((3, 64, 64), np.uint8), nodata=0)
    five = write("five.tif", pixels=np.random.default_rng(0).integers(1, 255, (5, 64, 64)).astype(np.uint8))
    (tmp_path / "empty.tif").write_bytes(b"")
    (tmp_path / "cut.tif").write_bytes(good.read_bytes()[:-3000])
    (tmp_path / "text.tif").write_text("no raster")
    names = [
        "flat.tif",
        "nothing.tif",
        "five.tif",
        "empty.tif",
        "cut.tif",
        "text.tif",
        "gone.tif",
        "good.tif",
    ]
    reading = add_scenes(workspace, [tmp_path / name for name in names], HINTS)
    assert [scene.id for scene in reading.scenes] == ["good"]
    said = {name: str(error) for name, error in reading.refused}
    assert "every pixel has the same number (7)" in said["flat.tif"]
    assert "every pixel is nodata" in said["nothing.tif"]
    assert "5 bands and does not name them" in said["five.tif"]
    assert "is empty (0 bytes)" in said["empty.tif"]
    assert "cannot be read as a raster" in said["cut.tif"]
    assert "cannot be read as a raster" in said["text.tif"]
    assert "does not exist" in said["gone.tif"]
    assert all("\n" not in text for text in said.values())
    assert {flat, nothing, five}


def test_a_folder_is_all_its_scenes(workspace: Workspace, write: Write, tmp_path: Path):
    write("in/a_2017-09-26.tif")
    write("in/deep/b_2018-09-26.tif", 1)
    reading = add_scenes(workspace, [tmp_path / "in"], Hints(sensor="maxar"))
    assert [scene.id for scene in reading.scenes] == ["a_2017-09-26", "b_2018-09-26"]
    ((_, error),) = add_scenes(workspace, [tmp_path / "in"], Hints(sensor="maxar", id="x")).refused[:1]
    assert "--id x for 2 scenes" in str(error)
    (tmp_path / "void").mkdir()
    ((_, error),) = add_scenes(workspace, [tmp_path / "void"], HINTS).refused
    assert "holds no scenes" in str(error)


def test_a_scene_whose_file_is_gone_is_refused_when_listed(workspace: Workspace, write: Write):
    path = write("a.tif")
    add_scenes(workspace, [path, write("b.tif", 1)], HINTS)
    path.unlink()
    reading = load_scenes(workspace)
    assert [scene.id for scene in reading.scenes] == ["b"]
    ((name, error),) = reading.refused
    assert name == "a"
    assert isinstance(error, RasterError)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"type": "Feature"}', '{"id": 3, "links": []}'])
def test_a_broken_item_is_refused_and_the_rest_are_listed(workspace: Workspace, write: Write, text: str):
    add_scenes(workspace, [write("a.tif"), write("b.tif", 1)], HINTS)
    (workspace.scenes / "a" / "a.json").write_text(text)
    reading = load_scenes(workspace)
    assert [scene.id for scene in reading.scenes] == ["b"]
    assert isinstance(reading.refused[0][1], CatalogueError)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"links": 3}'])
def test_a_broken_catalogue_is_named_and_left_alone(workspace: Workspace, write: Write, text: str):
    (workspace.scenes / "catalog.json").write_text(text)
    with pytest.raises(CatalogueError, match=r"catalog\.json is no STAC catalogue"):
        add_scenes(workspace, [write("a.tif")], HINTS)
    assert (workspace.scenes / "catalog.json").read_text() == text


def test_a_catalogue_is_made_where_there_is_none(workspace: Workspace, write: Write):
    (workspace.scenes / "catalog.json").unlink()
    assert load_scenes(workspace).scenes == ()
    add_scenes(workspace, [write("a.tif")], HINTS)
    assert len(load_scenes(workspace).scenes) == 1


def test_items_of_sub_catalogues_are_listed(workspace: Workspace, write: Write, tmp_path: Path):
    other = Workspace.create(tmp_path / "other")
    add_scenes(other, [write("a.tif")], HINTS)
    index = workspace.scenes / "catalog.json"
    catalogue = json.loads(index.read_text())
    catalogue["links"].append({"rel": "child", "href": str(other.scenes / "catalog.json")})
    index.write_text(json.dumps(catalogue))
    assert [scene.id for scene in load_scenes(workspace).scenes] == ["a"]


def test_a_full_disk_leaves_everything_as_it_was(
    workspace: Workspace, write: Write, monkeypatch: pytest.MonkeyPatch
):
    add_scenes(workspace, [write("a.tif")], HINTS)
    before = everything(workspace.root)
    path = write("b.tif", 1)
    real = Path.write_text

    def full(self: Path, *args: object, **kwargs: object) -> int:
        if self.name == ".catalog.json.partial":
            raise OSError(28, "No space left on device")
        return real(self, *args, **kwargs)  # type: ignore[arg-type] - handed through

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OutputError, match="no space left on device"):
        add_scenes(workspace, [path], HINTS)
    assert everything(workspace.root) == before


def test_the_catalogue_of_the_project_is_an_empty_one_like_any_new_workspaces(workspace: Workspace):
    ours = Path(__file__).parents[2] / "scenes" / "catalog.json"
    assert json.loads(ours.read_text()) == json.loads((workspace.scenes / "catalog.json").read_text())
    assert list(pystac.Catalog.from_file(ours).get_items()) == []
