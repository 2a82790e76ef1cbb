"""The scenes of a workspace: read, checked, and kept in its catalogue; the pixels stay where they are."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sitewatch.catalogue.content import require_content
from sitewatch.catalogue.products import Hints, find_products, read_scene
from sitewatch.catalogue.sensors import UNKNOWN
from sitewatch.catalogue.stac import item_to_scene, scene_to_item
from sitewatch.catalogue.static import item_paths, read_item, write_item
from sitewatch.catalogue.workspace import Workspace
from sitewatch.errors import CatalogueError, OutputError, RasterError, SceneError, SitewatchError
from sitewatch.io.digests import scene_digest
from sitewatch.records import Scene

NO_HINTS = Hints()
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class SceneReading:
    """What came of reading or adding scenes; one bad scene never stops the rest.

    Attributes
    ----------
    scenes : tuple of Scene
    refused : tuple of (name, error)
    notes : tuple of str
        What is worth saying of those that are neither new nor refused.
    """

    scenes: tuple[Scene, ...] = ()
    refused: tuple[tuple[str, SitewatchError], ...] = ()
    notes: tuple[str, ...] = ()


def add_scenes(
    workspace: Workspace, paths: Sequence[Path], hints: Hints = NO_HINTS, *, replace_same: bool = False
) -> SceneReading:
    """Read scenes and write an Item of each, whole or not at all.

    Parameters
    ----------
    paths : sequence of Path
        Rasters, products, or folders of them.
    hints : Hints
        What the options say of all of them.
    replace_same : bool
        Put a scene in the place of one of the same id.

    Returns
    -------
    SceneReading
        The scenes that were added. A scene that is in the catalogue already is a note.

    Raises
    ------
    CatalogueError
        If the catalogue itself cannot be read.
    OutputError
        If it cannot be written.
    """
    added: list[Scene] = []
    refused: list[tuple[str, SitewatchError]] = []
    notes: list[str] = []
    known = {scene.id: scene for scene in load_scenes(workspace).scenes}
    products = list(_products(paths, refused))
    for product in products:
        try:
            _refuse_shared_id(hints, products)
            scene = _read(product, hints)
            note = _note_on_known(scene, known, replace_same=replace_same)
            if note:
                notes.append(note)
                continue
            _write(workspace, scene)
        except OutputError:
            raise
        except SitewatchError as error:
            refused.append((product.name, error))
        else:
            known[scene.id] = scene
            added.append(scene)
    return SceneReading(tuple(added), tuple(refused), tuple(notes))


def load_scenes(workspace: Workspace) -> SceneReading:
    """Read all scenes of the catalogue, in order of their ids.

    Returns
    -------
    SceneReading
        Refused are Items that cannot be read, and scenes whose files are gone.

    Raises
    ------
    CatalogueError
        If the catalogue itself cannot be read.
    """
    scenes: dict[str, Scene] = {}
    refused: list[tuple[str, SitewatchError]] = []
    for path in item_paths(workspace.scenes):
        try:
            scene = _load(path)
        except SitewatchError as error:
            refused.append((path.stem, error))
        else:
            scenes[scene.id] = scene
    return SceneReading(tuple(scene for _, scene in sorted(scenes.items())), tuple(refused))


def _products(paths: Sequence[Path], refused: list[tuple[str, SitewatchError]]) -> Iterator[Path]:
    seen: set[Path] = set()
    for path in paths:
        found = find_products(path)
        if not found:
            refused.append(
                (
                    path.name,
                    SceneError(
                        f"{path} holds no scenes",
                        "raster files or products are needed",
                        "name another folder",
                    ),
                )
            )
        yield from (product for product in found if product.resolve() not in seen)
        seen |= {product.resolve() for product in found}


def _refuse_shared_id(hints: Hints, products: Sequence[Path]) -> None:
    if hints.id is not None and len(products) > 1:
        raise SceneError(
            f"--id {hints.id} for {len(products)} scenes",
            "each scene has an id of its own",
            "add them one by one",
        )
    if hints.id is not None and not _ID.fullmatch(hints.id):
        raise SceneError(f"--id {hints.id!r}", "an id is letters, digits, '-', '_' and '.'", "choose another")


def _read(product: Path, hints: Hints) -> Scene:
    scene = read_scene(product, hints)
    missing = [
        (what, option)
        for what, option, known in (
            ("the date", "--date", scene.datetime is not None),
            ("the sensor", "--sensor NAME (or --sensor other)", scene.sensor != UNKNOWN),
        )
        if not known
    ]
    if missing:
        raise SceneError(
            f"{product.name} does not say {' nor '.join(what for what, _ in missing)}",
            "a scene of a workspace needs both",
            f"give {' and '.join(option for _, option in missing)}",
        )
    require_content(scene)
    return replace(scene, sha256=scene.sha256 or scene_digest(scene))


def _note_on_known(scene: Scene, known: Mapping[str, Scene], *, replace_same: bool) -> str | None:
    """Say that a scene is there already, if it is.

    Raises
    ------
    CatalogueError
        If another scene has its id.
    """
    same_id = known.get(scene.id)
    if same_id == scene:
        return f"{scene.id} is in the catalogue already"
    if same_id is not None and not replace_same:
        raise CatalogueError(
            f"another scene has the id {scene.id} ({_difference(same_id, scene)})",
            "each scene has an id of its own",
            "give --id, or --replace to put this one in its place",
        )
    twin = next((each for each in known.values() if _twins(each, scene)), None)
    return f"{scene.id} is in the catalogue already, as {twin.id}" if twin is not None else None


def _twins(first: Scene, second: Scene) -> bool:
    return first.id != second.id and first.sha256 is not None and first.sha256 == second.sha256


def _difference(first: Scene, second: Scene) -> str:
    if first.sha256 != second.sha256:
        return "its pixels are others"
    names = ("datetime", "sensor", "band_names", "units", "grid", "credit", "licence", "bands", "masks")
    return next(
        (f"its {n.replace('_', ' ')} differ" for n in names if getattr(first, n) != getattr(second, n)), ""
    )


def _write(workspace: Workspace, scene: Scene) -> None:
    write_item(workspace.scenes, scene_to_item(scene), movable=workspace.root)


def _load(path: Path) -> Scene:
    scene = item_to_scene(read_item(path))
    _require_files(scene)
    return scene


def _require_files(scene: Scene) -> None:
    hrefs = [band.href for band in scene.bands] + [mask.href for mask in scene.masks]
    local = [href for href in hrefs if "://" not in href and not href.startswith("/vsi")]
    gone = next((href for href in local if not Path(href).exists()), None)
    if gone is not None:
        raise RasterError(
            f"{gone} of scene {scene.id} is gone",
            "the scene's files are needed",
            "bring it back, or add it again",
        )
