"""From a frame's numbers to pictures: which bands are which colours, and one stretch for both dates."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.records import Kind

# Percentiles of both dates together that become black and white.
LOW, HIGH = 2.0, 98.0
# The stretch is fitted on at most so many pixels a date: enough for a percentile to within a thousandth.
_SAMPLE = 100_000
# Below this share of the common range, one of two different sensors would be shown as a flat panel.
_FLAT = 0.125
HATCH_LIGHT, HATCH_DARK = 222, 150

_NAMES = {
    "coastal": "coastal blue", "nir": "near infrared", "nir08": "near infrared", "nir09": "water vapour",
    "swir16": "shortwave infrared (1.6 \N{MICRO SIGN}m)",
    "swir22": "shortwave infrared (2.2 \N{MICRO SIGN}m)",
    "pan": "panchromatic", "rededge071": "red edge", "rededge075": "red edge", "rededge078": "red edge",
}  # fmt: skip

_NATURAL = ("red", "green", "blue")
_BURNED = (("swir22", "nir", "red"), ("swir22", "nir08", "red"), ("swir16", "nir", "red"))
_FALSE = (
    ("nir", "red", "green"),
    ("nir08", "red", "green"),
    ("swir16", "nir", "red"),
    ("swir22", "nir", "red"),
    ("nir", "red", "blue"),
    ("nir", "green", "blue"),
)
_GREY = ("pan", "red", "green", "nir", "nir08", "blue", "swir16", "swir22")


@dataclass(frozen=True, slots=True)
class Combination:
    """Bands shown as red, green and blue, or one band in grey; and what that is in words."""

    bands: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Values that become black and white, a channel each, for each date.

    Attributes
    ----------
    before, after : ((low, high), ...)
    shared : bool
        Both dates alike. False only where the two sensors' numbers cannot be shown on one scale.
    """

    before: tuple[tuple[float, float], ...]
    after: tuple[tuple[float, float], ...]
    shared: bool


@dataclass(frozen=True, slots=True)
class Rendering:
    """Both dates as 8-bit pictures.

    Attributes
    ----------
    before, after : (rows, columns, 3) uint8
        Pixels without a value are 0.
    seen_before, seen_after : (rows, columns) bool
        True where there is a value.
    words : str
        Which bands, and which stretch.
    stretch : Stretch
    bands : tuple of str
        Those that are shown, in the order of the stretch.
    """

    before: NDArray[np.uint8]
    after: NDArray[np.uint8]
    seen_before: NDArray[np.bool_]
    seen_after: NDArray[np.bool_]
    words: str
    stretch: Stretch
    bands: tuple[str, ...]


def choose_bands(bands: Sequence[str], kind: Kind | None, *, natural: bool = False) -> Combination:
    """Choose what to show: natural colour; for burning shortwave infrared; else a false colour, else grey.

    Shortwave infrared tells charred from bare ground, which natural colour does not (Key and Benson 2006).
    """
    have = set(bands)
    burned = _BURNED if kind == "burning" and not natural else ()
    for wanted in (*burned, _NATURAL, *_FALSE):
        if have.issuperset(wanted):
            return Combination(wanted, _colour_words(wanted))
    band = next((name for name in _GREY if name in have), bands[0])
    return Combination((band,), f"One band, {_NAMES.get(band, band)}, in grey")


def _colour_words(bands: tuple[str, ...]) -> str:
    if bands == _NATURAL:
        return "Natural colour (red, green and blue bands)"
    shown = ", ".join(_NAMES.get(name, name) for name in bands)
    meaning = (
        "living plants are green, bare and burned ground is brown, red or purple"
        if bands[0].startswith("swir")
        else "living plants are red"
    )
    return f"False colour: {shown} shown as red, green, blue; {meaning}"


def render(
    before: NDArray[np.float32],
    after: NDArray[np.float32],
    combination: Combination,
    *,
    same_sensor: bool = True,
    photograph: bool = False,
) -> Rendering:
    """Stretch both dates to 8 bits with one stretch, and say which.

    Parameters
    ----------
    before, after : (channels, rows, columns) float32
        The bands of `combination`; NaN where there is no value.
    same_sensor : bool
        Both dates' numbers mean the same. If not, and one date would be shown flat, each has a stretch of its
        own, and the words say so.
    photograph : bool
        The scenes are three-band pictures; see `fit_stretch`.
    """
    seen_before = np.asarray(np.isfinite(before).all(axis=0))
    seen_after = np.asarray(np.isfinite(after).all(axis=0))
    stretch = fit_stretch(
        before[:, seen_before], after[:, seen_after], same_sensor=same_sensor, photograph=photograph
    )
    return Rendering(
        before=apply_stretch(before, stretch.before),
        after=apply_stretch(after, stretch.after),
        seen_before=seen_before,
        seen_after=seen_after,
        words=f"{combination.words}. {stretch_words(stretch)}",
        stretch=stretch,
        bands=combination.bands,
    )


def fit_stretch(
    before: NDArray[np.float32],
    after: NDArray[np.float32],
    *,
    same_sensor: bool = True,
    photograph: bool = False,
) -> Stretch:
    """Fit the stretch: 2nd to 98th percentile of both dates together, a channel each.

    Parameters
    ----------
    before, after : (channels, pixels) float32
        Pixels with a value only; either may be empty.
    same_sensor : bool
        If not, and one date would be shown flat on the common range, each date gets its own.
    photograph : bool
        The channels of 8-bit pictures, whose colours their maker has balanced, share one range, so that hues
        stay as they were.
    """
    balanced = photograph and all(_eight_bit(date) for date in (before, after))
    both = _ranges([before, after], balanced=balanced)
    if not same_sensor and before.size and after.size:
        own = [_ranges([date], balanced=balanced) for date in (before, after)]
        if any(_flat(part, whole) for date in own for part, whole in zip(date, both, strict=True)):
            return Stretch(own[0], own[1], shared=False)
    return Stretch(both, both, shared=True)


def apply_stretch(pixels: NDArray[np.float32], ranges: Sequence[tuple[float, float]]) -> NDArray[np.uint8]:
    """Map values to 0..255 linearly, a range a channel; (channels, rows, columns) to (rows, columns, 3).

    Values outside the range become 0 or 255, NaN 0. One channel becomes grey.
    """
    out = np.empty((*pixels.shape[1:], 3), np.uint8)
    for channel in range(3):
        source = min(channel, len(pixels) - 1)
        low, high = ranges[source]
        scaled = (pixels[source] - np.float32(low)) * np.float32(255.0 / (high - low))
        out[..., channel] = np.nan_to_num(np.clip(np.rint(scaled), 0, 255), nan=0.0).astype(np.uint8)
    return out


def stretch_words(stretch: Stretch) -> str:
    """Say how numbers became brightness."""
    if not stretch.shared:
        return (
            "Each date is stretched linearly between its own 2nd and 98th percentile, because the two "
            f"sensors' numbers cannot share a scale (before {_range_words(stretch.before)}; "
            f"after {_range_words(stretch.after)}): brightness cannot be compared between the dates"
        )
    return (
        "Both dates have the same linear stretch, 2nd to 98th percentile of both together "
        f"({_range_words(stretch.before)})"
    )


def hatch(picture: NDArray[np.uint8], seen: NDArray[np.bool_], period: int) -> None:
    """Draw slanted lines over the pixels without a value, in place: they must not pass for dark ground."""
    if seen.all():
        return
    rows, cols = np.nonzero(~seen)
    dark = (rows + cols) % period < max(period // 3, 1)
    picture[rows, cols] = np.where(dark, HATCH_DARK, HATCH_LIGHT).astype(np.uint8)[:, None]


def enlarge(
    picture: NDArray[np.uint8], seen: NDArray[np.bool_], side: int, *, nearest: bool
) -> NDArray[np.uint8]:
    """Enlarge a picture to `side` pixels a side, by the nearest pixel or bicubic interpolation.

    Interpolation reaches two pixels far: what it would fetch from unseen pixels is filled from the seen ones
    beside them first, so that no dark seam shows.
    """
    if nearest:
        return np.asarray(cv2.resize(picture, (side, side), interpolation=cv2.INTER_NEAREST_EXACT), np.uint8)
    filled = picture if seen.all() else _fill_rim(picture, seen)
    # INTER_AREA where the panel is smaller than the frame: bicubic would skip pixels.
    method = cv2.INTER_CUBIC if side >= len(picture) else cv2.INTER_AREA
    return np.asarray(cv2.resize(filled, (side, side), interpolation=method), np.uint8)


def enlarge_mask(seen: NDArray[np.bool_], side: int) -> NDArray[np.bool_]:
    """Enlarge a mask to `side` pixels a side by the nearest pixel."""
    large = cv2.resize(seen.astype(np.uint8), (side, side), interpolation=cv2.INTER_NEAREST_EXACT)
    return np.asarray(large, np.bool_)


def _fill_rim(picture: NDArray[np.uint8], seen: NDArray[np.bool_]) -> NDArray[np.uint8]:
    values, known = picture.astype(np.float32), seen.astype(np.float32)
    for _ in range(2):
        weight = cv2.blur(known, (3, 3))
        mean = cv2.blur(values * known[..., None], (3, 3)) / np.maximum(weight, 1e-6)[..., None]
        values = np.where(known[..., None] > 0, values, mean).astype(np.float32)
        known = ((known > 0) | (weight > 1e-6)).astype(np.float32)
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def _ranges(dates: Sequence[NDArray[np.float32]], *, balanced: bool) -> tuple[tuple[float, float], ...]:
    sample = np.concatenate([date[:, :: max(date.shape[1] // _SAMPLE, 1)] for date in dates], axis=1)
    if sample.size == 0:
        return ((0.0, 1.0),) * len(sample)
    if balanced:
        low, high = np.percentile(sample, (LOW, HIGH))
        return (_proper(float(low), float(high)),) * len(sample)
    lows, highs = np.percentile(sample, (LOW, HIGH), axis=1)
    return tuple(_proper(float(low), float(high)) for low, high in zip(lows, highs, strict=True))


def _proper(low: float, high: float) -> tuple[float, float]:
    """Keep a constant image from being divided by nothing: it becomes black."""
    return (low, high) if high - low > 1e-9 * max(abs(low), abs(high), 1.0) else (low, low + 1.0)


def _eight_bit(date: NDArray[np.float32]) -> bool:
    return bool(date.size == 0 or (date.min() >= 0 and 1.5 < date.max() <= 255))


def _flat(part: tuple[float, float], whole: tuple[float, float]) -> bool:
    return (part[1] - part[0]) / (whole[1] - whole[0]) < _FLAT


def _range_words(ranges: Sequence[tuple[float, float]]) -> str:
    unique = dict.fromkeys(ranges)
    return ", ".join(f"{_number(low)} to {_number(high)}" for low, high in unique)


def _number(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 100 or math.isinf(value) else f"{value:.0f}"
