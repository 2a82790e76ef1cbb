"""Give buildings their right angles: a rectangle for each object that the image shows to be one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from scipy.ndimage import find_objects as windows_of
from shapely import STRtree
from shapely.geometry import Polygon

from sitewatch.kernels.objects import Objects
from sitewatch.kernels.rectangles import Rectangle, fit_rectangle
from sitewatch.pipeline.drawing import draw_new
from sitewatch.pipeline.fitting import Sample
from sitewatch.pipeline.prepare import Prepared
from sitewatch.pipeline.registration import Registration
from sitewatch.records import KINDS

Grey = NDArray[np.uint8]
Window = tuple[slice, slice]

# Pixels from which the darkest and brightest grey are taken.
_SAMPLE = 200_000
# How far around an object its sides are looked for, pixels.
_AROUND = 10
# A rectangle is taken for an object if they share so much of what either holds. A blurred L is below it.
_ALIKE = 0.75
# Its sides must show in the image: so many times the contrast that is usual around.
_SHOWN = 1.3
# Its area and that of its pixels agree as well as this.
_SAME_AREA = 0.05
# Objects that fill less of their own tightest rectangle, or have more pixels, are not tried.
_LEAST_FILL = 0.55
_MOST_PX = 40_000
# Weight of ground that is another object's, or cannot be seen.
_FORBIDDEN = np.float32(-2)
# Least weight of what was not found to be changed: a rectangle does not grow over it for nothing.
_OUTSIDE = np.float32(-0.05)


@dataclass(frozen=True, slots=True)
class Tone:
    """How an image becomes grey: the mean over its bands, from `low` (dark) to `high` (bright)."""

    low: float
    high: float

    @classmethod
    def fit(cls, sample: Sample) -> "Tone":
        """Take the 2nd and the 98th percentile of both dates together."""
        before, after, usable = sample.columns()
        places = np.flatnonzero(usable)
        places = places[:: max(1, len(places) // _SAMPLE)]
        values = np.concatenate(
            [image.reshape(len(image), -1)[:, places].mean(axis=0) for image in (before, after)]
        )
        values = values[np.isfinite(values)]
        low, high = np.percentile(values, (2, 98)) if values.size else (0.0, 1.0)
        return cls(float(low), max(float(high), float(low) + 1e-6))

    def grey(self, prepared: Prepared) -> Grey:
        """Return both dates in grey, (2, rows, columns): 1 to 255, 0 where not usable."""
        means = np.stack([image.mean(axis=0) for image in (prepared.before, prepared.after)])
        scaled = np.clip((means - self.low) / (self.high - self.low), 0, 1) * 254 + 1
        scaled[np.isnan(scaled)] = 0
        return np.rint(scaled, out=scaled).astype(np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Shaped:
    """Objects whose pixels are those of their shapes.

    Attributes
    ----------
    objects : Objects
    shapes : mapping of int to Polygon
        Rectangles, by label, in pixel coordinates; objects without one are as they were.
    """

    objects: Objects
    shapes: Mapping[int, Polygon] = field(default_factory=dict)


def draw_grey(grey: Grey, grid: GeoBox, registration: Registration) -> NDArray[np.float32]:
    """Return both dates where each shows itself, (2, rows, columns) float32: 0..1, NaN where not usable."""
    before, after = np.where(grey > 0, (grey.astype(np.float32) - 1) / 254, np.float32(np.nan))
    return np.stack([before, draw_new(after, grid, registration)])


def shape_objects(
    objects: Objects, probability: NDArray[np.float32], images: NDArray[np.float32], side: float
) -> Shaped:
    """Replace objects by rectangles where the image shows them to be rectangles.

    Parameters
    ----------
    objects : Objects
        As drawn.
    probability : (kinds, rows, columns) float32
        Drawn layers, in the order of `records.KINDS`; NaN where unusable.
    images : (2, rows, columns) float32
        From `draw_grey`. What is new is looked for in the second, all else in the first.
    side : float
        Probability at which the side of a thing lies: what is surer lies inside.

    Returns
    -------
    Shaped
        Numbers and kinds are as before. A rectangle holds no unusable pixel, and no other object's; between
        it and any other object at least a pixel is free.
    """
    common = probability[:3].sum(axis=0)
    labels = objects.labels.copy()
    shapes: dict[int, Polygon] = {}
    for label, tight in enumerate(windows_of(objects.labels), 1):
        if not _may_be_one(objects.labels[tight] == label):
            continue
        window = _widened(tight, labels.shape)
        date = 1 if KINDS[int(objects.kinds[label - 1])] == "construction" else 0
        weight = _weights(labels[window], label, common[window], side)
        rectangle = fit_rectangle(weight, images[date][window])
        if rectangle is None or not _fits(rectangle, labels[window], label, common[window]):
            continue
        shape = _polygon(rectangle, window)
        if _collides(shape, shapes):
            continue
        shapes[label] = shape
        part = labels[window]
        part[part == label] = 0
        part[rectangle.covers(part.shape)] = label
    pixels = np.bincount(labels.ravel(), minlength=len(objects.kinds) + 1)[1:].astype(np.int64)
    return Shaped(replace(objects, labels=labels, pixels=pixels), shapes)


def _may_be_one(mask: NDArray[np.bool_]) -> bool:
    """Say whether an object is so compact that a fit is worth the time."""
    count = int(mask.sum())
    if count > _MOST_PX:
        return False
    _, (width, height), _ = cv2.minAreaRect(cv2.findNonZero(mask.astype(np.uint8)))
    # Between centres of pixels a side is a pixel short.
    return count >= _LEAST_FILL * (width + 1) * (height + 1)


def _widened(tight: Window, shape: tuple[int, ...]) -> Window:
    rows, cols = (
        slice(max(part.start - _AROUND, 0), min(part.stop + _AROUND, length))
        for part, length in zip(tight, shape, strict=True)
    )
    return rows, cols


def _weights(
    labels: NDArray[np.int32], label: int, common: NDArray[np.float32], side: float
) -> NDArray[np.float32]:
    """Say how much each pixel should be inside: what the object holds gladly, anything else hardly."""
    mine = labels == label
    gain = np.nan_to_num(common) - np.float32(side)
    weight = np.where(mine, np.maximum(gain, 0), np.minimum(gain, _OUTSIDE))
    return np.where(((labels > 0) & ~mine) | np.isnan(common), _FORBIDDEN, weight).astype(np.float32)


def _fits(rectangle: Rectangle, labels: NDArray[np.int32], label: int, common: NDArray[np.float32]) -> bool:
    """Say whether a rectangle may stand for an object, in a window."""
    if rectangle.contrast < _SHOWN:
        return False
    rows, cols = labels.shape
    corners = rectangle.corners
    if corners.min() < 0 or corners[:, 0].max() > cols or corners[:, 1].max() > rows:
        return False
    covered, mine = rectangle.covers((rows, cols)), labels == label
    size = int(covered.sum())
    near = cv2.dilate(covered.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    free = not ((labels > 0) & ~mine & near).any() and not np.isnan(common[covered]).any()
    same = abs(rectangle.length * rectangle.width - size) <= _SAME_AREA * size
    return bool(free and same and (covered & mine).sum() >= _ALIKE * (covered | mine).sum())


def _polygon(rectangle: Rectangle, window: Window) -> Polygon:
    corner = np.array([window[1].start, window[0].start])
    return Polygon(rectangle.corners + corner)


def _collides(shape: Polygon, shapes: Mapping[int, Polygon]) -> bool:
    return bool(len(STRtree(list(shapes.values())).query(shape, predicate="intersects")))
