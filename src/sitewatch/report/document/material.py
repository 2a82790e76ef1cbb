"""What a report is built from: a run's findings as reviewers left them, ground by ground."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sitewatch.records import Change, Pair
from sitewatch.report.chips import Chip
from sitewatch.report.chips.sheet import Sheet
from sitewatch.report.standing import Standing


@dataclass(frozen=True, slots=True)
class Told:
    """A change as it stands, and its figure if it has one."""

    change: Change
    standing: Standing
    chip: Chip | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """A piece of ground with something to say.

    Attributes
    ----------
    said : mapping
        The site's properties in ``sites.geojson``; empty for the overlap of two scenes.
    pair : Pair
        Its credits and licences are in order.
    shown : tuple of Told
        Best first; those with a chip get a figure.
    rejected : int
        Detections that reviewers rejected, which are not shown.
    map : Sheet
    """

    said: Mapping[str, Any]
    pair: Pair
    shown: tuple[Told, ...]
    rejected: int
    map: Sheet


@dataclass(frozen=True, slots=True)
class Listed:
    """A site in the table: its properties, its changes as they stand, and the place of its page if any."""

    said: Mapping[str, Any]
    changes: tuple[Told, ...]
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a report comes from.

    Attributes
    ----------
    title : str
    confirmed : bool
        Only confirmed changes are shown.
    info : mapping
        ``run.json``.
    manifest : str
        SHA-256 of ``MANIFEST.sha256``; "" if there is none.
    decisions : int
    chain : str
        SHA-256 of the last decision; "" without any.
    """

    title: str
    confirmed: bool
    info: Mapping[str, Any]
    manifest: str
    decisions: int
    chain: str
