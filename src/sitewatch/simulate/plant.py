"""Plants real buildings where there were none, so that a quiet pair has changes whose truth is known.

A building of the tile is copied onto open ground of the same image: pasted into the after image it is
construction, pasted into the before image demolition. Light, season, sensor and misregistration of the pair
stay real; only the change is drawn. False alarms of the pair as it was mean something only beside the recall
of such plants.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage, signal

from sitewatch.records import KIND_CODES, NO_CHANGE, NOT_ASSESSABLE

# Buildings that can be told from a shed and that still fit between others.
SMALLEST_M2, LARGEST_M2 = 40.0, 1500.0
# Ground kept free around a plant: eaves and shadows reach beyond a footprint.
CLEARANCE_M = 3.0
FEATHER_M = 1.5
# Of so many places that fit, the smoothest is taken: a bare plot rather than a tree or a road's edge.
PLACES_TRIED = 30

Pixels: TypeAlias = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Planted:
    """A pair with buildings planted into it.

    Attributes
    ----------
    before, after : (bands, rows, columns)
        Copies, of the type they had.
    truth : (rows, columns) uint8
        Codes of `records.KIND_CODES` under the plants' footprints, 0 elsewhere, 255 where either date has no
        pixels or the labels given had none.
    number : int
        How many were planted; fewer than asked for where open ground is scarce.
    """

    before: Pixels
    after: Pixels
    truth: NDArray[np.uint8]
    number: int


@dataclass(frozen=True, slots=True)
class _Plot:
    """A building in a small window: its footprint, how strongly each pixel is pasted (0..1), its pixels."""

    footprint: NDArray[np.bool_]
    weight: NDArray[np.float32]
    pixels: Pixels


def plant(
    before: Pixels,
    after: Pixels,
    footprints: NDArray[Any],
    *,
    gsd_m: float,
    seed: int,
    number: int = 8,
) -> Planted:
    """Plant buildings into a pair of which nothing is known to have been built or removed.

    Parameters
    ----------
    before, after : (bands, rows, columns), any real type
        On one grid; 0 in all bands, or NaN, is no image.
    footprints : (rows, columns)
        Over 0: a building, standing in both dates, outlined on the before image. 255: unknown.
    gsd_m : float
        Metres a pixel.
    seed : int
        The same seed gives the same plants.
    number : int
        How many to plant, half of them in each date.
    """
    rng = np.random.default_rng(seed)
    seen = _seen(before) & _seen(after)
    known = (footprints > NO_CHANGE) & (footprints < NOT_ASSESSABLE)
    truth = np.where(seen & (footprints != NOT_ASSESSABLE), NO_CHANGE, NOT_ASSESSABLE).astype(np.uint8)
    removed = _Bed(before.copy(), known & seen, truth, gsd_m)
    lost = removed.fill(KIND_CODES["demolition"], number // 2, rng)
    built = _Bed(after.copy(), _shifted(known, _offset(before, after, seen)) & seen, truth, gsd_m)
    gained = built.fill(KIND_CODES["construction"], number - number // 2, rng)
    return Planted(removed.image, built.image, truth, lost + gained)


@dataclass(frozen=True, slots=True)
class _Bed:
    """One date's image, to be planted: changes `image` and `truth` in place."""

    image: Pixels
    standing: NDArray[np.bool_]
    truth: NDArray[np.uint8]
    gsd_m: float

    def fill(self, code: int, number: int, rng: np.random.Generator) -> int:
        """Plant up to `number` of the buildings that stand here, and return how many found a place."""
        planted = 0
        for plot in _plots(self.image, self.standing, self.gsd_m, rng):
            if planted == number:
                break
            corner = self._place(plot, rng)
            if corner is not None:
                self._paste(plot, corner, code)
                planted += 1
        return planted

    def _place(self, plot: _Plot, rng: np.random.Generator) -> tuple[int, int] | None:
        """Find the smoothest of some random places where the plot touches nothing that is taken."""
        reach = CLEARANCE_M / self.gsd_m
        taken = ndimage.distance_transform_edt(~(self.standing | (self.truth != NO_CHANGE))) <= reach
        core = plot.weight > 0
        clash = signal.fftconvolve(taken.astype(np.float32), core[::-1, ::-1].astype(np.float32), "valid")
        free = np.argwhere(clash < 0.5)
        if not len(free):
            return None
        tried = free[rng.choice(len(free), min(PLACES_TRIED, len(free)), replace=False)]
        rough = [
            float(self.image[:, *_window(core.shape, place)].mean(axis=0)[core].std()) for place in tried
        ]
        row, col = tried[int(np.argmin(rough))]
        return int(row), int(col)

    def _paste(self, plot: _Plot, corner: tuple[int, int], code: int) -> None:
        window = _window(plot.weight.shape, corner)
        under = self.image[:, *window]
        mixed = plot.weight * plot.pixels + (1 - plot.weight) * under
        whole = np.issubdtype(self.image.dtype, np.integer)
        self.image[:, *window] = (mixed.round() if whole else mixed).astype(self.image.dtype)
        self.truth[window][plot.footprint] = code


def _plots(
    image: Pixels, standing: NDArray[np.bool_], gsd_m: float, rng: np.random.Generator
) -> Iterator[_Plot]:
    """Cut out the buildings of a usable size that lie whole in the image, in random order."""
    labels, _ = ndimage.label(standing)
    boxes = ndimage.find_objects(labels)
    feather = max(FEATHER_M / gsd_m, 1.0)
    margin = int(np.ceil(feather)) + 1
    for index in rng.permutation(len(boxes)):
        rows, cols = (slice(part.start - margin, part.stop + margin) for part in boxes[index])
        if rows.start < 0 or cols.start < 0 or rows.stop > labels.shape[0] or cols.stop > labels.shape[1]:
            continue
        footprint = labels[rows, cols] == index + 1
        if SMALLEST_M2 <= footprint.sum() * gsd_m**2 <= LARGEST_M2:
            away = ndimage.distance_transform_edt(~footprint)
            weight = np.clip(1 - away / (feather + 1), 0, 1).astype(np.float32)
            yield _Plot(footprint, weight, image[:, rows, cols].copy())


def _window(shape: Sequence[int], corner: Sequence[int]) -> tuple[slice, slice]:
    row, col = int(corner[0]), int(corner[1])
    return slice(row, row + shape[0]), slice(col, col + shape[1])


def _seen(image: Pixels) -> NDArray[np.bool_]:
    values = np.nan_to_num(image.astype(np.float32), nan=0.0)
    return np.asarray((values != 0).any(axis=0))


def _offset(before: Pixels, after: Pixels, seen: NDArray[np.bool_]) -> tuple[int, int]:
    """Return how far (rows, columns, whole pixels) the after image shows the same ground from the before."""
    rows, cols = seen.shape
    taper = np.hanning(rows)[:, None] * np.hanning(cols) * seen
    edges = [
        ndimage.gaussian_gradient_magnitude(np.nan_to_num(image.astype(np.float32)).mean(axis=0), 1.0)
        for image in (before, after)
    ]
    first, second = ((edge - edge[seen].mean()) * taper if seen.any() else edge for edge in edges)
    match = fft.irfft2(fft.rfft2(second) * np.conj(fft.rfft2(first)), seen.shape)
    peak = np.unravel_index(int(np.argmax(match)), seen.shape)
    row, col = (
        int(at) if at <= side // 2 else int(at) - side for at, side in zip(peak, seen.shape, strict=True)
    )
    near = max(abs(row), abs(col)) * 10 <= min(rows, cols)
    return (row, col) if near else (0, 0)


def _shifted(mask: NDArray[np.bool_], offset: tuple[int, int]) -> NDArray[np.bool_]:
    moved: NDArray[np.bool_] = ndimage.shift(mask.astype(np.uint8), offset, order=0).astype(bool)
    return moved
