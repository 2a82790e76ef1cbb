"""Real ruins, cut out of the after images of fires and storms, to be laid over houses of other places."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.measure import label, regionprops

from sitewatch.records import KIND_CODES
from training.examiner.pairs import Labelled

Image = NDArray[np.float32]

BURNED, WRECKED = KIND_CODES["burning"], KIND_CODES["demolition"]
SETS = ("wildfire", "tornado", "michael")
_AREA_M2 = (50.0, 1500.0)
_MARGIN_M = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Ruin:
    """What is left of one house.

    Attributes
    ----------
    kind : int
        `BURNED` or `WRECKED`.
    pixels : (3, rows, columns) float32
        The window around it after the event, 0..255.
    around : (3, 1, 1) float32
        Median of the window outside of the house: the light of its place.
    """

    kind: int
    pixels: Image
    around: Image


def cut_out(pairs: Iterable[Labelled]) -> Iterator[Ruin]:
    """Yield the ruins of all pairs in which something burned or was destroyed."""
    for pair in pairs:
        if pair.set in SETS:
            for kind in (BURNED, WRECKED):
                yield from _of_kind(pair, kind)


def _of_kind(pair: Labelled, kind: int) -> Iterator[Ruin]:
    margin = round(_MARGIN_M / pair.gsd_m)
    for region in regionprops(label(pair.truth == kind)):
        if not _AREA_M2[0] <= region.area * pair.gsd_m**2 <= _AREA_M2[1]:
            continue
        top, left, bottom, right = region.bbox
        window = (slice(max(top - margin, 0), bottom + margin), slice(max(left - margin, 0), right + margin))
        outside = (pair.truth[window] != kind) & pair.usable[window]
        if outside.sum() < 20 or not pair.usable[window].all():
            continue
        pixels = pair.after[:, *window].astype(np.float32)
        yield Ruin(kind, pixels, np.median(pixels[:, outside], axis=1)[:, None, None].astype(np.float32))


def fitted(ruin: Ruin, ground: Image, draw: np.random.Generator) -> Image:
    """Return the ruin, turned at random, at the size of `ground` and about in its light."""
    pixels = np.rot90(ruin.pixels, int(draw.integers(4)), axes=(1, 2))
    if draw.random() < 0.5:
        pixels = pixels[:, :, ::-1]
    size = (ground.shape[2], ground.shape[1])
    sized = np.stack([cv2.resize(np.ascontiguousarray(band), size) for band in pixels])
    light = np.clip(np.median(ground, axis=(1, 2))[:, None, None] / np.maximum(ruin.around, 1), 0.75, 1.33)
    relit: Image = sized * light ** np.float32(draw.uniform(0, 1))
    return relit
