"""How much text a box of a slide holds: nothing may be cut, and nothing may run over its edge."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sitewatch.report.chips.lettering import Type, wrap

# Slides are set in Arial, which is narrower than the DejaVu Sans that is measured: by 7 % at least, over
# English sentences. So a box holds a little more than is put into it.
_NARROWER = 0.93
_LEADING = 1.22
_PIXELS_A_POINT = 4
_GAP = 0.35


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, bold for a heading."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a slide, inches."""

    left: float
    top: float
    wide: float
    high: float


def height(lines: Sequence[Line], points: float, wide: float) -> float:
    """Return how high paragraphs are in a column so many inches wide, inches."""
    return sum(_rows(line, points, wide) + _GAP for line in lines) * points * _LEADING / 72


def fitting(lines: Sequence[Line], box: Box, sizes: Sequence[float]) -> float | None:
    """Return the first of some sizes (points) at which paragraphs fit a box, or None."""
    return next((size for size in sizes if height(lines, size, box.wide) <= box.high), None)


def split(lines: Sequence[Line], points: float, boxes: Iterator[Box]) -> Iterator[tuple[Box, list[Line]]]:
    """Deal paragraphs out to boxes, each as full as it gets; a heading never stands last in one.

    A paragraph that is higher than a box is broken at a line.
    """
    box = next(boxes)
    page: list[Line] = []
    for line in _short_enough(lines, points, box):
        if page and height([*page, line], points, box.wide) > box.high:
            carried = [page.pop()] if page[-1].bold and len(page) > 1 else []
            yield box, page
            box, page = next(boxes), carried
        page.append(line)
    if page:
        yield box, page


def _short_enough(lines: Sequence[Line], points: float, box: Box) -> Iterator[Line]:
    most = max(int(box.high * 72 / (points * _LEADING) - 2), 1)
    for line in lines:
        rows = _wrapped(line, points, box.wide)
        for start in range(0, max(len(rows), 1), most):
            yield Line(" ".join(rows[start : start + most]), line.bold)


def _rows(line: Line, points: float, wide: float) -> int:
    return max(len(_wrapped(line, points, wide)), 1)


def _wrapped(line: Line, points: float, wide: float) -> tuple[str, ...]:
    kind = Type(round(points * _PIXELS_A_POINT), line.bold)
    return wrap(line.text, kind, wide * 72 * _PIXELS_A_POINT / _NARROWER)
