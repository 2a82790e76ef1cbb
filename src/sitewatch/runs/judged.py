"""What a run knows of each piece of ground when the work on it is done."""

from dataclasses import dataclass, field

from sitewatch.errors import SitewatchError
from sitewatch.io.results import OVERLAP
from sitewatch.pipeline.detection import Detection
from sitewatch.records import Change, Pair, Site, Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """One piece of ground: what was found on it, or why nothing could be.

    Attributes
    ----------
    name : str
        Site id, or ``overlap``: the folder of its rasters.
    detection : Detection or None
        None if the work failed.
    changes : tuple of Change
        Those that are reported.
    verdicts : tuple of Verdict
        Of the sites that were judged on this ground.
    refusal : SitewatchError or None
        Why the work failed.
    """

    name: str
    pair: Pair | None
    detection: Detection | None = None
    changes: tuple[Change, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    refusal: SitewatchError | None = None
    seconds: float = field(default=0.0, compare=False)


def name_of(site: Site | None) -> str:
    """Return the name of a site's ground."""
    return OVERLAP if site is None else site.id
