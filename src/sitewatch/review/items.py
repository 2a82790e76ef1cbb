"""What a reviewer is shown, one thing after another."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from sitewatch.io.results import Run, read_features

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
    """

    id: str
    feature: Mapping[str, Any]
    control: Control | None = None

    @property
    def site_id(self) -> str | None:
        """Id of the site; None if the whole overlap was judged."""
        site: str | None = self.feature["properties"]["site_id"]
        return site


def detections(run: Run) -> list[Item]:
    """Return the changes of a run, in the order of its file."""
    return [Item(feature["properties"]["id"], feature) for feature in read_features(run, "changes")]
