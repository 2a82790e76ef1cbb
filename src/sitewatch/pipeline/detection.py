"""What the recipe returns for one pair."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.pipeline.cover import Cover
from sitewatch.pipeline.registration import Registration
from sitewatch.records import Building, Change, Pair


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """Changes between the two scenes of a pair, and the rasters they were cut from.

    Attributes
    ----------
    pair : Pair
    grid : GeoBox
        The before scene's grid, cut to the ground that was judged; coarser by a whole factor where the after
        scene is.
    change : (rows, columns) uint8
        Codes of `records.KIND_CODES`, 0 no change, 255 not assessable.
    score : (rows, columns) float32
        Probability that something of kinds 1 to 3 changed; NaN not assessable.
    unseen : (rows, columns) uint8
        Why a pixel could not be judged: codes of `catalogue.usable.REASONS`, 0 where it could.
    changes : tuple of Change
        Surest and largest first.
    cover : Cover or None
        What lies there, and how much changed plainly.
    registration : Registration
    buildings : tuple of Building
        What was read inside the footprints given, in their order; those beside the ground are left out.
    facts : mapping
        JSON-ready: every fit, for ``run.json``.
    """

    pair: Pair
    grid: GeoBox
    change: NDArray[np.uint8]
    score: NDArray[np.float32]
    unseen: NDArray[np.uint8]
    changes: tuple[Change, ...]
    registration: Registration
    facts: Mapping[str, Any]
    cover: Cover | None = None
    buildings: tuple[Building, ...] = ()
