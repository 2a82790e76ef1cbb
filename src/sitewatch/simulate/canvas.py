"""A fine raster of what lies where: material, tint, shadow, traces. Vectors go in, layers come out.

The canvas is finer than the sensor and reaches beyond the frame by a margin, so that shadows, clouds and
shifts find ground there. OpenCV fills a polygon half a pixel too far on every side (measured: 0.45 px);
outlines are drawn inset by as much, which leaves areas true to 4 % of a pixel along the rim.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.simulate.fields import Field
from sitewatch.simulate.materials import CODES, GROUND
from sitewatch.simulate.shapes import Outline, Point, inset
from sitewatch.simulate.world import Patch, Scar

_SUBPIXEL_BITS = 6
_INSET = 0.46
_FRAYS = 6  # canvas pixels


@dataclass(frozen=True, slots=True)
class Frame:
    """Geometry of a canvas.

    Attributes
    ----------
    step : float
        Side of a canvas pixel, metres.
    factor : int
        Canvas pixels along a sensor pixel.
    margin : int
        Sensor pixels beyond the frame on every side.
    size : (int, int)
        Rows, columns of the sensor's frame.
    """

    step: float
    factor: int
    margin: int
    size: tuple[int, int]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, columns of the canvas."""
        rows, cols = self.size
        return (rows + 2 * self.margin) * self.factor, (cols + 2 * self.margin) * self.factor

    @property
    def margin_m(self) -> float:
        """Width of the margin, metres."""
        return self.margin * self.factor * self.step


class Canvas:
    """Layers of one date while they are painted.

    Parameters
    ----------
    grain, billow : (rows, columns) float32
        Fields of zero mean and unit variance that make narrow and wide ragged edges ragged.

    Attributes
    ----------
    label : (rows, columns) uint8
        Code of the material on top; `GROUND` where only the ground shows.
    tint : (rows, columns) float32
        Factor of the brightness: the thing's own, and the light on its slope.
    shadow : (rows, columns) uint8
        255 in cast shadow.
    raised : (rows, columns) uint8
        1 where something stands that traces on the ground do not cover.
    traces : dict of code to (rows, columns) float32
        Opacity of each kind of trace, 0..1, in the order in which they lie.
    """

    def __init__(self, frame: Frame, grain: Field, billow: Field) -> None:
        self.frame = frame
        self.grain = grain
        self.billow = billow
        self.label = np.full(frame.shape, GROUND, np.uint8)
        self.tint = np.ones(frame.shape, np.float32)
        self.shadow = np.zeros(frame.shape, np.uint8)
        self.raised = np.zeros(frame.shape, np.uint8)
        self.traces: dict[int, Field] = {}

    def fill(self, outline: Outline, material: str, tint: float = 1.0) -> None:
        """Lay an area of one material on the ground."""
        points = self._points(outline)
        _fill(self.label, points, CODES[material])
        _fill(self.tint, points, tint)

    def raise_(self, outline: Outline, material: str, tint: float = 1.0) -> None:
        """Lay an area of one material that stands above the ground: it is lit, whatever shadow was there."""
        points = self._points(outline)
        _fill(self.label, points, CODES[material])
        _fill(self.tint, points, tint)
        _fill(self.shadow, points, 0)
        _fill(self.raised, points, 1)

    def shade(self, outline: Outline) -> None:
        """Cast a shadow on an area."""
        _fill(self.shadow, self._points(outline), 255)

    def crown(self, at: Point, radius: float, material: str, tint: float) -> None:
        """Lay a round thing that stands above the ground."""
        where, reach = self._circle(at, radius)
        for layer, value in (
            (self.label, CODES[material]),
            (self.tint, tint),
            (self.shadow, 0),
            (self.raised, 1),
        ):
            cv2.circle(layer, where, reach, value, -1, cv2.LINE_8, _SUBPIXEL_BITS)

    def glint(self, at: Point, radius: float, tint: float) -> None:
        """Change the brightness of a round area."""
        where, reach = self._circle(at, radius)
        cv2.circle(self.tint, where, reach, tint, -1, cv2.LINE_8, _SUBPIXEL_BITS)

    def shade_round(self, at: Point, radius: float) -> None:
        """Cast a round shadow."""
        where, reach = self._circle(at, radius)
        cv2.circle(self.shadow, where, reach, 255, -1, cv2.LINE_8, _SUBPIXEL_BITS)

    def lay(self, patch: Patch) -> None:
        """Lay a patch on the ground, with its ragged edge and its furrows."""
        if patch.ragged < 0.8 * self.frame.step:
            self.fill(patch.outline, patch.material, patch.tint)
        elif (soft := self._soft(patch.outline, patch.ragged)) is not None:
            window, inside = soft
            self.label[window][inside > 0.5] = CODES[patch.material]
            self.tint[window][inside > 0.5] = patch.tint
        if patch.rows is not None:
            self._furrow(patch.outline, patch.rows)

    def trace(self, scar: Scar) -> None:
        """Lay a trace with its ragged edge over what is on the ground."""
        soft = self._soft(scar.outline, max(scar.ragged, 0.6 * self.frame.step))
        if soft is None:
            return
        window, inside = soft
        layer = self.traces.setdefault(CODES[scar.material], np.zeros(self.frame.shape, np.float32))
        np.maximum(layer[window], np.float32(scar.strength) * inside, out=layer[window])

    def _furrow(self, outline: Outline, rows: tuple[float, float, float]) -> None:
        angle, period, depth = rows
        if period < 2.2 * self.frame.step:
            return  # finer than the canvas can show
        points = self._points(outline)
        window = self._window(points, 1)
        if window is None:
            return
        mask = np.zeros(self.tint[window].shape, np.uint8)
        _fill(mask, points - (np.array([window[1].start, window[0].start]) << _SUBPIXEL_BITS), 1)
        y, x = np.ogrid[window]
        wave = 2 * np.pi * self.frame.step / period
        phase = (wave * np.sin(angle) * x - wave * np.cos(angle) * y).astype(np.float32)
        self.tint[window] *= 1 + np.float32(depth) * mask * np.sin(phase)

    def _soft(self, outline: Outline, ragged: float) -> tuple[tuple[slice, slice], Field] | None:
        """Return a window and in it the opacity, 0..1, of an area with a ragged edge; None if outside."""
        points, width = self._points(outline), max(round(ragged / self.frame.step), 1)
        window = self._window(points, 2 * width + 2)
        if window is None:
            return None
        mask = np.zeros(self.tint[window].shape, np.float32)
        _fill(mask, points - (np.array([window[1].start, window[0].start]) << _SUBPIXEL_BITS), 1.0)
        box = (2 * width + 1, 2 * width + 1)
        inside = cv2.blur(cv2.blur(mask, box), box)
        # A wide edge winds in bays, a narrow one frays.
        rough = (
            0.16 * self.grain[window]
            if width <= _FRAYS
            else 0.08 * self.grain[window] + 0.2 * self.billow[window]
        )
        edge = np.clip((inside - 0.5 + rough) * 3 + 0.5, 0, 1) * (inside > 0.02)
        return window, np.asarray(edge, np.float32)

    def _points(self, outline: Outline) -> NDArray[np.int32]:
        pixels = (outline + self.frame.margin_m) / self.frame.step - 0.5
        return np.round(inset(pixels, _INSET) * (1 << _SUBPIXEL_BITS)).astype(np.int32)

    def _circle(self, at: Point, radius: float) -> tuple[tuple[int, int], int]:
        unit = (1 << _SUBPIXEL_BITS) / self.frame.step
        half = 1 << (_SUBPIXEL_BITS - 1)
        where = (
            round((float(at[0]) + self.frame.margin_m) * unit) - half,
            round((float(at[1]) + self.frame.margin_m) * unit) - half,
        )
        return where, max(round(radius * unit) - half, 0)

    def _window(self, points: NDArray[np.int32], pad: int) -> tuple[slice, slice] | None:
        left, top = (points.min(axis=0) >> _SUBPIXEL_BITS) - pad
        right, bottom = (points.max(axis=0) >> _SUBPIXEL_BITS) + pad + 2
        rows, cols = self.frame.shape
        top, left, bottom, right = (
            max(int(top), 0),
            max(int(left), 0),
            min(int(bottom), rows),
            min(int(right), cols),
        )
        return (slice(top, bottom), slice(left, right)) if top < bottom and left < right else None


def _fill(layer: NDArray[np.uint8] | Field, points: NDArray[np.int32], value: float) -> None:
    cv2.fillPoly(layer, [points], value, cv2.LINE_8, _SUBPIXEL_BITS)
