"""Tiles: a scene drawn on the frame of a place, stretched to eight bits, as PNG."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
from odc.geo.geobox import GeoBox

from sitewatch.io.rasters import OpenScenes, picture
from sitewatch.records import Scene
from sitewatch.report.chips.rendering import Stretch, apply_stretch
from sitewatch.review.looks import Look, around, stretch_of
from sitewatch.review.places import TILE, Place

# Tiles are looked at again and again while a reviewer goes back and forth: about 100 MB of them.
_TILES, _STRETCHES = 1000, 500
# The small pictures of other dates, pixels a side.
THUMBNAIL = 144

Box = tuple[float, float, float, float]
V = TypeVar("V")


@dataclass(slots=True)
class Kept(Generic[V]):
    """Values that were made once and are kept until others need their room; each is made by one thread."""

    most: int
    _values: OrderedDict[Hashable, V] = field(default_factory=OrderedDict)
    _making: dict[Hashable, threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """Return the value of a key, made if need be."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._values:
                    return self._values[key]
            value = make()
            with self._lock:
                self._values[key] = value
                self._making.pop(key, None)
                if len(self._values) > self.most:
                    self._values.popitem(last=False)
            return value


@dataclass(frozen=True, slots=True)
class Sight:
    """What is looked at: an outline's surroundings, a scene, a combination of bands.

    Attributes
    ----------
    place : Place
    box : (left, top, right, bottom)
        Of the outline, in the place's frame: the stretch is fitted around it.
    scene : Scene
    look : Look
    """

    place: Place
    box: Box
    scene: Scene
    look: Look


class Imagery:
    """Draws tiles and keeps them."""

    def __init__(self) -> None:
        self._reader = OpenScenes()
        self._tiles: Kept[bytes] = Kept(_TILES)
        self._stretches: Kept[Stretch] = Kept(_STRETCHES)

    def stretch(self, sight: Sight) -> Stretch:
        """Return the stretch of a sight: one for both dates of the pair, its own for any other scene."""
        pair = sight.place.pair
        paired = sight.scene.id in {pair.before.id, pair.after.id}
        scenes = (pair.before, pair.after) if paired else (sight.scene, sight.scene)
        grid = around(sight.place, sight.box)
        return self._stretches.get(
            (sight.place.serial, scenes[0].bands, sight.look, grid),
            lambda: stretch_of(sight.place, scenes, sight.look, grid, reader=self._reader),
        )

    def tile(self, sight: Sight, x: int, y: int, coarser: int) -> bytes:
        """Return a tile as PNG, transparent where the scene has nothing.

        Parameters
        ----------
        x, y : int
            Counted from the corner of the frame, tiles of this coarseness.
        coarser : int
            How many pixels of the frame a pixel of the tile is wide.

        Raises
        ------
        RasterError
            If the scene cannot be read.
        """
        stretch = self.stretch(sight)
        key = (
            sight.place.serial,
            sight.scene.bands,
            sight.scene is sight.place.pair.after,
            sight.look,
            stretch,
            x,
            y,
            coarser,
        )
        return self._tiles.get(key, lambda: self._drawn(sight, sight.place.tile(x, y, coarser), stretch))

    def thumbnail(self, sight: Sight) -> bytes:
        """Return a small picture of an outline and what is around it, as PNG."""
        left, top, right, bottom = sight.box
        side = max(2.5 * (right - left), 2.5 * (bottom - top), 48.0)
        coarser = max(1, round(side / THUMBNAIL))
        length = max(int(side / coarser), 1)
        corner = (round((left + right - side) / 2), round((top + bottom - side) / 2))
        return self._drawn(sight, sight.place.grid(corner, (length, length), coarser), self.stretch(sight))

    def prepare(self, scene: Scene) -> None:
        """Make ready for looking at a whole scene."""
        self._reader.prepare(scene)

    def close(self) -> None:
        """Close the scenes' files."""
        self._reader.close()

    def _drawn(self, sight: Sight, grid: GeoBox, stretch: Stretch) -> bytes:
        pixels = sight.place.draw(sight.scene, grid, sight.look.bands, self._reader).to_numpy()
        seen = np.isfinite(pixels).all(axis=0)
        ranges = stretch.after if sight.scene is sight.place.pair.after else stretch.before
        return picture(apply_stretch(pixels, ranges), seen)


def levels(place: Place) -> int:
    """Return how often the frame can be halved before it fits into one tile."""
    return max(0, int(np.ceil(np.log2(max(place.frame.shape) / TILE))))
