"""What is typically found in imagery of a kind: a table that was measured on real pairs beforehand.

``table.json`` is made by ``python -m training.smallest``. It holds for the models that come with sitewatch,
with the settings that they have by default.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sitewatch.grid import gsd_m
from sitewatch.pipeline.detection import Detection
from sitewatch.records import Kind
from sitewatch.runs.smallest.search import rounded
from sitewatch.settings import Settings

TABLE = Path(__file__).parent / "table.json"


@dataclass(frozen=True, slots=True)
class ImageryClass:
    """Imagery in which about the same is found.

    Attributes
    ----------
    name : str
        In words, for a sentence: ``pixels up to 1 m``.
    model : str
        The model that looks at it: ``fine`` or ``coarse``.
    up_to_m : float
        Its largest pixels, metres; the next smaller class ends where it begins.
    by_pixel : bool
        The table counts pixels, not square metres: what limits coarse imagery is its pixels.
    """

    name: str
    model: str
    up_to_m: float
    by_pixel: bool

    def unit_m2(self, pixel_m: float) -> float:
        """Return the unit of the table's sizes in an image, m2."""
        return pixel_m**2 if self.by_pixel else 1.0


CLASSES = (
    ImageryClass("pixels up to 1 m", "fine", 1.2, by_pixel=False),
    ImageryClass("pixels of 1 to 3 m", "fine", 3.0, by_pixel=False),
    ImageryClass("pixels of 3 to 10 m", "coarse", 12.0, by_pixel=True),
    ImageryClass("pixels of 10 to 30 m", "coarse", 35.0, by_pixel=True),
)


@dataclass(frozen=True, slots=True)
class Typical:
    """What is typically found in a class of imagery.

    Attributes
    ----------
    m2 : mapping of Kind to float
        NaN: no size that was tried.
    at_most : mapping of Kind to float
        Share that is found of the largest that were tried, 0..1.
    facts : mapping
        The table's row, JSON-ready.
    """

    imagery: ImageryClass
    m2: Mapping[Kind, float]
    at_most: Mapping[Kind, float]
    largest_m2: float
    facts: Mapping[str, Any]


def class_of(model: str, pixel_m: float) -> ImageryClass | None:
    """Return the class of imagery of some pixels looked at by a model; None where there is none."""
    if pixel_m > CLASSES[-1].up_to_m:
        return None
    return next((one for one in CLASSES if one.model == model and pixel_m <= one.up_to_m), None)


def typical(detection: Detection, settings: Settings) -> Typical | None:
    """Look up what is typically found in imagery like a detection's.

    Returns
    -------
    Typical or None
        None for a model, settings or pixels that the table was not measured with.
    """
    plain = Settings()
    same = (
        settings.registration == plain.registration
        and settings.evidence == plain.evidence
        and settings.objects == plain.objects
        and settings.model == plain.model
    )
    pixel_m = gsd_m(detection.grid)
    imagery = class_of(str(detection.facts["model"]["name"]), pixel_m)
    row = _table().get(imagery.name) if imagery is not None and same else None
    if imagery is None or row is None:
        return None
    unit = imagery.unit_m2(pixel_m)
    stated, shares = {}, {}
    for kind, found in row["kinds"].items():
        # null in the file: no size that was tried.
        stated[kind] = math.nan if found["size"] is None else rounded(found["size"] * unit)
        shares[kind] = found["found_of_largest"]
    return Typical(imagery, stated, shares, rounded(row["largest"] * unit), row)


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    classes: Mapping[str, Any] = json.loads(TABLE.read_text("utf-8"))["classes"]
    return classes
