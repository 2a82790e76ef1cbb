"""A sheet as a picture."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sitewatch.report.chips import outline
from sitewatch.report.chips.lettering import width, write
from sitewatch.report.chips.outline import CASING
from sitewatch.report.chips.rendering import hatch
from sitewatch.report.chips.sheet import INK, Bar, Key, Measures, North, Panel, Sheet

_BAR_MM = 1.3
# Half the size of the patch of the arrow, and of what is on it, millimetres from its middle.
_REACH, _TIP, _TAIL, _NOTCH, _WING, _LETTER = 4.0, 1.6, 3.6, 1.3, 1.5, 2.8


def paint(sheet: Sheet) -> Image.Image:
    """Paint a figure. The same sheet gives the same pixels."""
    size = sheet.size
    image = Image.new("RGB", (size.width, sheet.height), "white")
    draw = ImageDraw.Draw(image)
    for line in sheet.lines:
        write(draw, (line.x, line.y), line.text, line.kind, ink=line.ink)
    for placed in sheet.panels:
        image.paste(Image.fromarray(painted(placed.panel)), (placed.x, placed.y))
    if sheet.rule:
        draw.line(
            (size.margin, sheet.rule, size.width - size.margin, sheet.rule),
            fill="#999999",
            width=max(size.mm(0.15), 1),
        )
    _draw_bar(draw, sheet.bar, size)
    _draw_north(image, sheet.north, size)
    for swatch in sheet.swatches:
        image.paste(Image.fromarray(sign(swatch.key, size)), (swatch.x, swatch.y))
    return image


def painted(panel: Panel) -> NDArray[np.uint8]:
    """Return a panel's pixels with its outlines, (side, side, 3) uint8."""
    pixels = panel.pixels.copy()
    for drawn in panel.shapes:
        outline.draw(pixels, drawn.shape, drawn.stroke)
    return pixels


def sign(key: Key, size: Measures) -> NDArray[np.uint8]:
    """Draw what an entry of the legend stands for, on the grey of middling ground."""
    high, wide = size.mm(2.8), size.mm(5.5)
    patch = np.full((high, wide, 3), 128, np.uint8)
    if key.stroke is None:
        hatch(patch, np.zeros((high, wide), np.bool_), max(size.mm(1.2), 3))
        return patch
    step = round(1.6 * key.stroke.dash) or wide
    for colour, thick in (
        (CASING, key.stroke.line + 2 * key.stroke.casing),
        (key.stroke.colour, key.stroke.line),
    ):
        for start in range(0, wide, step):
            stop = start + (key.stroke.dash or wide)
            cv2.line(patch, (start, high // 2), (min(stop, wide), high // 2), colour, thick)
    return patch


def bar_boxes(bar: Bar, size: Measures) -> tuple[tuple[int, int, int, int], tuple[int, int, int, int]]:
    """Return (x, y, wide, high) of a scale bar, and of its black half."""
    high = size.mm(_BAR_MM)
    return (bar.x, bar.y, bar.long, high), (bar.x, bar.y, bar.long // 2, high)


def arrow(north: North, size: Measures) -> tuple[tuple[NDArray[np.float64], ...], tuple[float, float]]:
    """Return the black and the white half of an arrow, (3, 2) each, and the middle of its N.

    In pixels; (0, 0) is the middle of the arrow, x to the right, y down.
    """
    turn = math.radians(north.degrees)
    ahead = np.array([math.sin(turn), -math.cos(turn)])
    aside = np.array([-ahead[1], ahead[0]])
    tip, tail = ahead * size.mm(_TIP), -ahead * size.mm(_TAIL)
    notch = tail + ahead * size.mm(_NOTCH)
    halves = tuple(np.array([tip, tail + side * aside * size.mm(_WING), notch]) for side in (-1, 1))
    letter = ahead * size.mm(_LETTER)
    return halves, (float(letter[0]), float(letter[1]))


def _draw_bar(draw: ImageDraw.ImageDraw, bar: Bar, size: Measures) -> None:
    """Draw the bar in two halves, black and white, from the left edge of the panel above it."""
    (x, y, long, high), (_, _, half, _) = bar_boxes(bar, size)
    thin = max(size.mm(0.2), 1)
    draw.rectangle((x, y, x + long - 1, y + high), outline="black", fill="white", width=thin)
    draw.rectangle((x, y, x + half, y + high), fill="black")


def _draw_north(image: Image.Image, north: North, size: Measures) -> None:
    """Draw an arrow that points to true north from its middle, with an N beyond its tip."""
    reach = size.mm(_REACH)
    patch = np.full((2 * reach, 2 * reach, 3), 255, np.uint8)
    halves, letter = arrow(north, size)
    centre = np.array([reach - 0.5, reach - 0.5])
    for corners, colour in zip(halves, ((0, 0, 0), (255, 255, 255)), strict=True):
        half = np.rint((centre + corners) * 64).astype(np.int32)
        cv2.fillPoly(patch, [half], colour, cv2.LINE_AA, shift=6)
        cv2.polylines(
            patch, [half], isClosed=True, color=(0, 0, 0), thickness=1, lineType=cv2.LINE_AA, shift=6
        )
    left, top = north.x - reach, north.y - reach
    image.paste(Image.fromarray(patch), (left, top))
    kind = size.type(7, bold=True)
    place = (
        left + centre[0] + letter[0] - width("N", kind) / 2,
        top + centre[1] + letter[1] + 0.36 * kind.pixels,
    )
    write(ImageDraw.Draw(image), place, "N", kind, ink=INK)
