"""What was decoded, kept for a while: the steps of one comparison look at the same pixels again and again."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

Planes: TypeAlias = NDArray[np.float32]
# File, its size (an overview has another), band, and number that counts as nothing there.
Key: TypeAlias = tuple[str, tuple[int, int], int, float | None]

# Values that are kept at most, 64 MiB of them: two dates of 1024 x 1024 pixels with eight bands.
_MOST = 16 * 1024 * 1024


@dataclass(slots=True)
class Held:
    """Bands of windows that were decoded."""

    planes: dict[Key, tuple[Window, Planes]] = field(default_factory=dict)
    values: int = 0

    def read(self, keys: Sequence[Key], window: Window, decode: Callable[[], Planes]) -> Planes:
        """Return (bands, rows, columns) of a window, cut from what is held, or decoded and kept."""
        found = [self._cut(key, window) for key in keys]
        held = [plane for plane in found if plane is not None]
        if len(held) == len(keys):
            return np.stack(held)
        pixels = decode()
        for key, plane in zip(keys, pixels, strict=True):
            self._keep(key, window, plane)
        return pixels

    def _cut(self, key: Key, window: Window) -> Planes | None:
        if key not in self.planes:
            return None
        held, plane = self.planes[key]
        top, left = window.row_off - held.row_off, window.col_off - held.col_off
        if min(top, left) < 0 or top + window.height > held.height or left + window.width > held.width:
            return None
        return plane[top : top + window.height, left : left + window.width]

    def _keep(self, key: Key, window: Window, plane: Planes) -> None:
        before = self.planes[key][1].size if key in self.planes else 0
        if self.values - before + plane.size <= _MOST:
            # Whoever asked may write into what it gets.
            self.planes[key] = (window, plane.copy())
            self.values += plane.size - before


_HELD: ContextVar[Held | None] = ContextVar("held", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """Decode each window of pixels once, and what lies inside of one that was decoded not at all.

    In this thread, until the end of the context. Files must not change meanwhile. What would not fit into
    64 MiB is read again.
    """
    token = _HELD.set(Held())
    try:
        yield
    finally:
        _HELD.reset(token)


def held() -> Held | None:
    """Return what is held in this context; None where nothing shall be."""
    return _HELD.get()
