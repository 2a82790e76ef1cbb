"""Cuts a grid into blocks with a reach, and maps work over an executor.

The only room that knows about parallelism.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


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


@contextmanager
def workers(jobs: int | None = None) -> Iterator[Executor]:
    """Open an executor of `jobs` threads (as many as processors if None)."""
    with ThreadPoolExecutor(jobs or os.cpu_count() or 1, thread_name_prefix="sitewatch") as pool:
        yield pool


def run(work: Callable[[T], R], items: Sequence[T], pool: Executor | None = None) -> Iterator[R]:
    """Apply `work` to each item and yield the results in the order of the items, whoever ran them."""
    return map(work, items) if pool is None else pool.map(work, items)
