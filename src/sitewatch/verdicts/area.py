"""How much ground changed, with an interval: detections may be wrong, and their outlines are not exact."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sitewatch.grid import from_shapely, gsd_m, require_crs
from sitewatch.pipeline.detection import Detection
from sitewatch.pipeline.scoring import FINE_UP_TO_M
from sitewatch.records import KINDS, Kind, Site

# By how much outlines lie inside or outside of the true ones: standard deviations of what all outlines of a
# scene have in common, and of each one's own. Metres for the examiner of fine imagery, whose cells are 2 m
# whatever the pixel; pixels for coarse imagery.
COMMON_M, OWN_M = 0.8, 1.2
COMMON_PX, OWN_PX = 0.25, 0.4
_DRAWS = 4000
_LEVEL = 95.0


@dataclass(frozen=True, slots=True)
class Part:
    """What of a detection lies inside a site.

    Attributes
    ----------
    area_m2, outline_m : float
        Its area, and the length of its outline inside the site.
    probability : float
        That it is right, 0..1.
    """

    area_m2: float
    outline_m: float
    probability: float


def parts_inside(site: Site, detection: Detection) -> dict[Kind, list[Part]]:
    """Return what of each detection lies inside a site, by kind.

    The confidence counts as its probability; where there is none, the model's own probability of its kind.
    """
    crs = str(require_crs(detection.grid))
    outline = from_shapely(site.geometry).to_crs(crs).geom
    found: dict[Kind, list[Part]] = {kind: [] for kind in KINDS}
    for change in detection.changes:
        shape = from_shapely(change.geometry).to_crs(crs).geom
        if not shape.intersects(outline):
            continue
        inside = shape.intersection(outline)
        found[change.kind].append(
            Part(
                area_m2=float(inside.area),
                outline_m=float(shape.boundary.intersection(outline).length),
                probability=change.rank_probability,
            )
        )
    return found


def area_interval(parts: Sequence[Part], *, common_m: float, own_m: float, seed: int) -> tuple[float, float]:
    """Return the 95 % interval of the area that truly changed where something was detected, square metres.

    Each detection is right or wrong by its probability; the outline of one that is right lies off by a length
    that all have in common, and by one of its own, both normal. The interval is that of 4,000 draws.

    Parameters
    ----------
    common_m, own_m : float
        Standard deviations of these lengths, metres.

    Notes
    -----
    What was missed is not in it: the interval is of the ground that the detections claim.
    """
    if not parts:
        return 0.0, 0.0
    draw = np.random.default_rng(seed)
    area, outline, probability = (
        np.array([getattr(part, name) for part in parts]) for name in ("area_m2", "outline_m", "probability")
    )
    right = draw.random((_DRAWS, len(parts))) < probability
    off = draw.normal(0, common_m, (_DRAWS, 1)) + draw.normal(0, own_m, (_DRAWS, len(parts)))
    sums = (right * np.maximum(area + outline * off, 0)).sum(axis=1)
    low, high = np.percentile(sums, [50 - _LEVEL / 2, 50 + _LEVEL / 2])
    return float(low), float(high)


def changed_intervals(site: Site, detection: Detection) -> dict[Kind, tuple[float, float]]:
    """Return the interval of the changed area of each kind that was found inside a site."""
    pixel = gsd_m(detection.grid)
    common, own = (COMMON_M, OWN_M) if pixel <= FINE_UP_TO_M else (COMMON_PX * pixel, OWN_PX * pixel)
    seed = zlib.crc32(site.id.encode())
    return {
        kind: area_interval(parts, common_m=common, own_m=own, seed=seed)
        for kind, parts in parts_inside(site, detection).items()
        if parts
    }
