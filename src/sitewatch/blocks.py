"""Cuts a grid into blocks with a reach, and maps work over an executor.

The only room that knows about parallelism.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Window: TypeAlias = tuple[slice, slice]
T = TypeVar("T")
R = TypeVar("R")

# Sides of the parts into which a block may be cut where little of it is wanted, pixels.
_PARTS = (256, 128)


@dataclass(frozen=True, slots=True)
class Block:
    """A part of an array, and the wider part that must be read to work it out.

    Attributes
    ----------
    inner : (slice, slice)
        Rows and columns that the block answers for; blocks tile the array without overlap.
    outer : (slice, slice)
        `inner` widened by the reach and cut to the array.
    crop : (slice, slice)
        Where `inner` lies inside `outer`.
    """

    inner: tuple[slice, slice]
    outer: tuple[slice, slice]
    crop: tuple[slice, slice]


def cut(shape: tuple[int, int], size: int, reach: int) -> list[Block]:
    """Tile `shape` (rows, columns) with blocks of `size` pixels that see `reach` pixels around them."""
    return [
        _block(shape, (row, col), size, reach)
        for row in range(0, shape[0], size)
        for col in range(0, shape[1], size)
    ]


def _block(shape: tuple[int, int], corner: tuple[int, int], size: int, reach: int) -> Block:
    inner, outer, crop = [], [], []
    for start, length in zip(corner, shape, strict=True):
        stop = min(start + size, length)
        low, high = max(start - reach, 0), min(stop + reach, length)
        inner.append(slice(start, stop))
        outer.append(slice(low, high))
        crop.append(slice(start - low, stop - low))
    return Block((inner[0], inner[1]), (outer[0], outer[1]), (crop[0], crop[1]))


def tightened(block: Block, wanted: NDArray[np.bool_], reach: int) -> list[Block]:
    """Cut from a block the parts in which something is wanted: one, or several where less is then read.

    Parameters
    ----------
    wanted : (rows, columns) bool
        Of the block's inner part.
    reach : int
        How far around a pixel one looks, pixels; at most what the block itself was cut with.

    Returns
    -------
    list of Block
        Parts of the same array; none where nothing is wanted.
    """
    rows, cols = wanted.shape
    choices = []
    for side in (max(rows, cols), *_PARTS):
        held = (_extent(wanted, cell.inner) for cell in cut((rows, cols), side, 0))
        choices.append([_part(block, extent, reach) for extent in held if extent is not None])
    return min(choices, key=lambda parts: sum(_area(part.outer) for part in parts))


def _extent(wanted: NDArray[np.bool_], cell: Window) -> Window | None:
    """Return the smallest window of a cell that holds all that is wanted there."""
    rows, cols = (np.flatnonzero(wanted[cell].any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return None
    top, left = cell[0].start, cell[1].start
    return slice(top + int(rows[0]), top + int(rows[-1]) + 1), slice(
        left + int(cols[0]), left + int(cols[-1]) + 1
    )


def _part(block: Block, extent: Window, reach: int) -> Block:
    inner, outer, crop = [], [], []
    for mine, whole, part in zip(block.inner, block.outer, extent, strict=True):
        start, stop = mine.start + part.start, mine.start + part.stop
        low, high = max(start - reach, whole.start), min(stop + reach, whole.stop)
        inner.append(slice(start, stop))
        outer.append(slice(low, high))
        crop.append(slice(start - low, stop - low))
    return Block((inner[0], inner[1]), (outer[0], outer[1]), (crop[0], crop[1]))


def _area(window: Window) -> int:
    rows, cols = window
    return int(rows.stop - rows.start) * int(cols.stop - cols.start)


@contextmanager
def workers(jobs: int | None = None) -> Iterator[Executor]:
    """Open an executor of `jobs` threads (as many as processors if None)."""
    with ThreadPoolExecutor(jobs or os.cpu_count() or 1, thread_name_prefix="sitewatch") as pool:
        yield pool


def run(work: Callable[[T], R], items: Sequence[T], pool: Executor | None = None) -> Iterator[R]:
    """Apply `work` to each item and yield the results in the order of the items, whoever ran them."""
    return map(work, items) if pool is None else pool.map(work, items)
