"""What a run knows that an edition of it must not tell."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import urlsplit

from shapely.geometry import shape

from sitewatch.errors import RedactionError
from sitewatch.evidence import DECISIONS, REVIEW, Chain, custody
from sitewatch.evidence.identifiers import Identifiers, Names, Positions
from sitewatch.io.results import Run, read_features
from sitewatch.runs.redaction.labels import is_ordinary


def secret_of(
    run: Run, names: Names, *, step: float | None, words: set[str], allowed: Iterable[str] = ()
) -> Identifiers:
    """Gather what must not appear.

    Parameters
    ----------
    step : float or None
        Multiples of so many degrees may appear; None: no position may.
    words : set of str
        Words that an edition uses itself: an id made of them alone is not looked for.
    allowed : iterable of str
        Digests that may appear.
    """
    tokens = {token for token in _tokens(run) if not is_ordinary(token, words)}
    return Identifiers(Positions(_places(run), step), names, tokens, allowed)


def read_names(file: Path) -> tuple[str, ...]:
    """Read a list of names: one a line, UTF-8; empty lines and those that begin with ``#`` are passed over.

    Raises
    ------
    RedactionError
        If the file cannot be read.
    """
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RedactionError(
            f"{file} cannot be read as text ({error})",
            "a list of names is needed, one a line, UTF-8",
            "mend it",
        ) from error
    return tuple(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#"))


def require_sayable(listed: Sequence[str], words: set[str]) -> None:
    """Refuse names that an edition cannot do without.

    Raises
    ------
    RedactionError
    """
    for name in listed:
        if is_ordinary(name, words):
            raise RedactionError(
                f"the list names {name!r}, a word that every edition uses",
                "a name that can be told from ordinary words is needed",
                "write the name in full, or take it off the list and look for it yourself",
            )


def _places(run: Run) -> Iterator[tuple[float, float]]:
    for feature in (*read_features(run, "sites"), *read_features(run, "changes")):
        geometry = shape(feature["geometry"])
        yield from _around(geometry.bounds)
        yield geometry.centroid.x, geometry.centroid.y
    for scene in _scenes(run):
        if scene["item"].get("bbox"):
            yield from _around(scene["item"]["bbox"])


def _around(bounds: Sequence[float]) -> Iterator[tuple[float, float]]:
    left, low, right, high = bounds
    yield from ((x, y) for x in (left, right) for y in (low, high))


def _scenes(run: Run) -> list[dict[str, Any]]:
    return [*run.info["scenes"].values(), *run.info.get("further_scenes", {}).values()]


def _tokens(run: Run) -> Iterator[str]:
    for feature in read_features(run, "changes"):
        yield feature["properties"]["id"]
    for scene in _scenes(run):
        item = scene["item"]
        yield item["id"]
        yield from (str(item["properties"].get(key) or "") for key in ("sitewatch:product_id", "title"))
        for asset in item["assets"].values():
            path = PurePath(urlsplit(asset["href"]).path)
            yield from (asset["href"], path.name, path.stem)
    for chain in (Chain(run.path / REVIEW / DECISIONS), custody(run.path)):
        for link in chain.read().links:
            yield from (str(link.entry.get(key) or "") for key in ("reviewer", "by"))
    yield from (run.info["run_id"], str(Path.home()))
