"""What a reviewer is shown, one thing after another."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from sitewatch.evidence import Vote
from sitewatch.io.rasters import describe
from sitewatch.io.results import Run, read_features
from sitewatch.pipeline.registration import Registration
from sitewatch.records import Band, Pair, Scene
from sitewatch.runs.chips import compared

Control: TypeAlias = Literal["changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Item:
    """A place to be looked at and decided about.

    Attributes
    ----------
    id : str
        Of the change; that of a control looks no different.
    feature : mapping
        A Feature as in ``changes.geojson``.
    control : Control or None
        What is known of a place that was mixed in to measure the reviewer; None for a detection. Never sent
        to a reviewer.
    scenes : (Path, Path) or None
        The two files that show a control, registered on one another; None for a detection, which the run's
        own scenes show.
    votes : tuple of Vote
        What reviewers said of it; filled for the lead only, never sent to a reviewer.
    """

    id: str
    feature: Mapping[str, Any]
    control: Control | None = None
    scenes: tuple[Path, Path] | None = None
    votes: tuple[Vote, ...] = ()

    @property
    def site_id(self) -> str | None:
        """Id of the site; None if the whole overlap was judged."""
        site: str | None = self.feature["properties"]["site_id"]
        return site


def detections(run: Run) -> list[Item]:
    """Return the changes of a run, in the order of its file."""
    return [Item(feature["properties"]["id"], feature) for feature in read_features(run, "changes")]


def handle(run: Run, item_id: str) -> str:
    """Return a name of an item that says nothing of it: an id tells its site, and the tool's kind."""
    return hashlib.sha256(f"{run.info['run_id']}/{item_id}".encode()).hexdigest()[:16]


def shown(run: Run, item: Item) -> tuple[Pair, Registration]:
    """Return the pair that an item is looked at in, and how it was registered.

    Raises
    ------
    RasterError
        If the files of a control cannot be read.
    """
    pair, registration = compared(run, item.site_id)
    if item.scenes is None:
        return pair, registration
    before, after = (
        _own(scene, path) for scene, path in zip((pair.before, pair.after), item.scenes, strict=True)
    )
    return replace(pair, before=before, after=after), Registration(before.grid)


def _own(scene: Scene, path: Path) -> Scene:
    """Return a scene whose pixels are those of one file with all bands, named in it."""
    info = describe(path)
    bands = tuple(Band(name, str(path), index) for index, name in enumerate(info.descriptions, 1) if name)
    return replace(scene, bands=bands, masks=(), grid=info.require_grid())
