"""From files to scenes: one small file a product, with the same two verbs, and a table at the foot."""

from collections.abc import Callable, Iterator
from pathlib import Path

from sitewatch.catalogue.products import bandset, generic, landsat, naip, planet, sentinel2
from sitewatch.catalogue.products.hints import Hints, with_hints
from sitewatch.errors import RasterError, SceneError
from sitewatch.records import Scene

__all__ = ["Hints", "find_products", "read_scene"]

NO_HINTS = Hints()
_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")


def read_scene(path: Path, hints: Hints = NO_HINTS) -> Scene:
    """Return the scene that a file or folder holds.

    Its own metadata is read first, then the options are laid over it: they win, and a contradiction is one of
    the scene's `notes`. A date is not required here.

    Raises
    ------
    RasterError
        If a file cannot be read.
    GeoreferenceError
        If nothing says where the image lies.
    SceneError
        If nothing says which bands it has, an option names an unknown sensor or band, or a folder holds no
        product or several.
    """
    _refuse_archive(path)
    for claims, read in _PRODUCTS:
        if claims(path):
            return with_hints(read(path, hints), hints)
    if not path.is_dir():
        return with_hints(generic.read(path, hints), hints)
    products = find_products(path)
    if len(products) != 1:
        names = ", ".join(product.name for product in products[:4]) + (", ..." if len(products) > 4 else "")
        raise SceneError(
            f"{path} holds {len(products)} scenes{f' ({names})' if products else ''}",
            "one scene is needed here",
            "name the file or folder of one scene",
        )
    return read_scene(products[0], hints)


def find_products(path: Path) -> list[Path]:
    """Return the products in a folder and the folders below it, each by a path that `read_scene` takes.

    A file, or the folder of one product, is returned as it is; a file of a set (a band a file) stands for the
    set, by the first of its files. Hidden files and folders are passed over.
    """
    if path.is_file():
        members = bandset.members_of(path)
        return [members[0].path if members else path]
    return list(_walk(path)) if path.is_dir() else [path]


def _walk(folder: Path) -> Iterator[Path]:
    if sentinel2.claims(folder):
        yield folder
        return
    products, consumed = _grouped(folder)
    entries = sorted(each for each in folder.iterdir() if not each.name.startswith("."))
    rasters = [each for each in entries if each.is_file() and each.suffix.lower() in generic.SUFFIXES]
    yield from sorted(products + [each for each in rasters if each.absolute() not in consumed])
    for each in entries:
        if each.is_dir() and not (products and bandset.RESOLUTION_FOLDER.fullmatch(each.name)):
            yield from _walk(each)


def _grouped(folder: Path) -> tuple[list[Path], set[Path]]:
    """Return the products of a folder that are more than one file, and all the files they are made of."""
    files = sorted(each for each in folder.iterdir() if each.is_file())
    products = landsat.metadata_files(folder)
    consumed = {
        each.absolute() for each in files for mtl in products if each.name.startswith(landsat.product_of(mtl))
    }
    by_scene: dict[str, list[Path]] = {}
    for each in files:
        scene = planet.product_of(each)
        if scene is not None:
            consumed.add(each.absolute())
            by_scene.setdefault(scene, []).extend([each] if planet.claims(each) else [])
    products += [planet.best_image(images) for images in by_scene.values() if images]
    for members in bandset.sets_in(folder):
        paths = {member.path for member in members}
        if not paths & consumed:
            products.append(members[0].path)
            consumed |= paths
    return products, consumed


def _refuse_archive(path: Path) -> None:
    if path.is_file() and path.name.lower().endswith(_ARCHIVES):
        raise RasterError(
            f"{path.name} is an archive",
            "a raster file or the folder of a product is needed",
            "unpack it first",
        )


# In the order in which they are asked; what nobody claims is read by `generic`.
_PRODUCTS: tuple[tuple[Callable[[Path], bool], Callable[[Path, Hints], Scene]], ...] = (
    (sentinel2.claims, sentinel2.read),
    (landsat.claims, landsat.read),
    (planet.claims, planet.read),
    (naip.claims, naip.read),
    (bandset.claims, bandset.read),
)
