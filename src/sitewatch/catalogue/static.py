"""A static STAC catalogue on disk: ``catalog.json``, and ``<id>/<id>.json`` for each Item.

Everything is written whole or not at all. Files below a folder that may be moved are named relative to their
Item; others by their absolute path.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pystac

from sitewatch.errors import CatalogueError, OutputError

CATALOGUE = "catalog.json"


def write_item(catalogue: Path, item: pystac.Item, *, movable: Path) -> None:
    """Write an Item into the catalogue in a folder, in the place of one of the same id.

    Parameters
    ----------
    catalogue : Path
        The folder; its ``catalog.json`` is made if there is none.
    movable : Path
        Folder that holds the catalogue, and perhaps files of the Item.

    Raises
    ------
    CatalogueError
        If there is a ``catalog.json`` that cannot be read.
    OutputError
        If something cannot be written.
    """
    folder, partial = catalogue / item.id, catalogue / f".{item.id}.partial"
    index, partial_index = catalogue / CATALOGUE, catalogue / f".{CATALOGUE}.partial"
    document = item.to_dict(include_self_link=False)
    for asset in document["assets"].values():
        asset["href"] = _portable(asset["href"], folder, movable)
    document["links"] = [
        {"rel": rel, "href": f"../{CATALOGUE}", "type": "application/json"} for rel in ("root", "parent")
    ]
    listed = _with_link(index, item.id)
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        (partial / f"{item.id}.json").write_text(_json_text(document), "utf-8")
        partial_index.write_text(_json_text(listed), "utf-8")
        # What can fail for want of room has been done; an Item is in the catalogue once it is linked to.
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
        partial_index.replace(index)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        partial_index.unlink(missing_ok=True)
        raise OutputError(
            f"{folder} cannot be written ({(error.strerror or str(error)).lower()})",
            "a folder that can be written, with room on its disk, is needed",
            "check its permissions and free space",
        ) from error


def read_item(path: Path) -> pystac.Item:
    """Read an Item; its assets then know where they are.

    Raises
    ------
    CatalogueError
        If it is none.
    """
    try:
        item = pystac.Item.from_dict(json.loads(path.read_text("utf-8")))
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        pystac.STACError,
        pystac.STACTypeError,
    ) as error:
        raise CatalogueError(
            f"{path} cannot be read ({error})", "a STAC Item is needed", "add the scene again"
        ) from error
    item.set_self_href(str(path.absolute()))
    return item


def item_paths(folder: Path) -> Iterator[Path]:
    """Yield the Items that the catalogue in a folder links to, those of its sub-catalogues included.

    Raises
    ------
    CatalogueError
        If a catalogue cannot be read.
    """
    if (folder / CATALOGUE).exists():
        yield from _linked(folder / CATALOGUE, frozenset())


def _linked(path: Path, above: frozenset[Path]) -> Iterator[Path]:
    for link in _read_catalogue(path)["links"]:
        target = Path(os.path.normpath(path.parent / str(link.get("href", ""))))
        if link.get("rel") == "item":
            yield target
        elif link.get("rel") == "child" and target not in above:
            yield from _linked(target, above | {path})


def _read_catalogue(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text("utf-8"))
        links = document["links"]
        _ = [link.get("rel") for link in links]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CatalogueError(
            f"{path} is no STAC catalogue ({error})",
            "one is needed here",
            "mend it, or move it away: `sitewatch scenes add` makes a new one",
        ) from error
    return cast("dict[str, Any]", document)


def _with_link(path: Path, item_id: str) -> dict[str, Any]:
    """Return a catalogue with a link to an Item, its Items in order."""
    catalogue = _read_catalogue(path) if path.exists() else _empty()
    href = f"./{item_id}/{item_id}.json"
    items = [link for link in catalogue["links"] if link.get("rel") == "item" and link.get("href") != href]
    items.append({"rel": "item", "href": href, "type": "application/geo+json"})
    others = [link for link in catalogue["links"] if link.get("rel") != "item"]
    return catalogue | {"links": others + sorted(items, key=lambda link: str(link["href"]))}


def _empty() -> dict[str, Any]:
    catalogue = pystac.Catalog("scenes", "Satellite scenes of this workspace: one Item an acquisition.")
    root = {"rel": "root", "href": f"./{CATALOGUE}", "type": "application/json"}
    return catalogue.to_dict(include_self_link=False) | {"links": [root]}


def _portable(href: str, folder: Path, movable: Path) -> str:
    if "://" in href or not Path(href).is_relative_to(movable):
        return href
    return Path(os.path.relpath(href, folder)).as_posix()


def _json_text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
