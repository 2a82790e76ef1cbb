"""From files to scenes: one small file a product, with the same two verbs, and a table at the foot."""

from pathlib import Path

from sitewatch.catalogue.products import generic
from sitewatch.catalogue.products.hints import Hints, with_hints
from sitewatch.records import Scene

__all__ = ["Hints", "read_scene"]

NO_HINTS = Hints()


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
        If nothing says which bands it has, or an option names an unknown sensor or band.
    """
    return with_hints(generic.read(path, hints), hints)
