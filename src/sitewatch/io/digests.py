"""SHA-256 of files, and of all files of a scene together."""

import hashlib
from pathlib import Path

from sitewatch.errors import RasterError
from sitewatch.records import Scene

_CHUNK = 1 << 20


def digest(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits, read in pieces.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    sha = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_CHUNK):
            sha.update(piece)
    return sha.hexdigest()


def scene_digest(scene: Scene) -> str | None:
    """Return the digest that stands for all files of a scene, its provider's masks included.

    One file has its own SHA-256; several have the SHA-256 of their sorted digests, a line each, so that
    neither their names nor their order matter.

    Returns
    -------
    str or None
        None if a file is not on this machine: what was not read whole has no digest.

    Raises
    ------
    RasterError
        If a file that should be here cannot be read.
    """
    hrefs = {band.href for band in scene.bands} | {mask.href for mask in scene.masks}
    if any("://" in href or href.startswith("/vsi") for href in hrefs):
        return None
    try:
        digests = sorted(digest(Path(href)) for href in hrefs)
    except OSError as error:
        raise RasterError(
            f"{error.filename} of scene {scene.id} cannot be read ({error.strerror})",
            "the scene's files are needed, to record what was compared",
            "check the path, or add the scene again",
        ) from error
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("".join(f"{line}\n" for line in digests).encode()).hexdigest()
