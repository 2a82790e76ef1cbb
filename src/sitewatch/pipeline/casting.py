"""Which objects are shadows of standing things that fell elsewhere, where both dates' suns are known."""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects as windows_of

from sitewatch import blocks
from sitewatch.blocks import Block, Window
from sitewatch.kernels import indices
from sitewatch.kernels.turning import LONGEST_M, Sun, Turned, find_turned, travel_m
from sitewatch.pipeline.leaning import widened
from sitewatch.pipeline.prepare import Shelf
from sitewatch.records import Pair, View

# Up to this pixel size a house's shadow is many pixels.
_SHADOWS_UP_TO_M = 3.0
# What a house with its roof measures up to the ridge, metres.
HOUSE_M = 5.0


@dataclass(frozen=True, slots=True)
class Casting:
    """What was found of shadows at one object.

    Attributes
    ----------
    suns : (Sun, Sun)
    turned : Turned or None
        How much of the object is shadow of standing things that fell elsewhere; None where the object is
        not on the image.
    pixel_m : float
        Metres a pixel.
    """

    suns: tuple[Sun, Sun]
    turned: Turned | None
    pixel_m: float

    @property
    def travel_m(self) -> float:
        """How far the tip of a house's shadow moved between the dates, metres."""
        return travel_m(self.suns, HOUSE_M)


Castings: TypeAlias = Callable[[NDArray[np.int32], int], Sequence[Casting]]


def suns_of(pair: Pair) -> tuple[Sun, Sun] | None:
    """Return where the sun stood on both dates; None where that is not stated, or it was not up."""
    first, second = (_sun(scene.view) for scene in (pair.before, pair.after))
    return (first, second) if first is not None and second is not None else None


def _sun(view: View) -> Sun | None:
    if view.sun_azimuth is None or view.sun_elevation is None or not 0 < view.sun_elevation < 90:
        return None
    return Sun(view.sun_azimuth, view.sun_elevation)


def casting_in(
    source: tuple[Shelf, Executor | None], bands: Sequence[str], pair: Pair, *, pixel_m: float
) -> Castings | None:
    """Return what measures the shadows of a pair's objects.

    Returns
    -------
    callable or None
        From labels on the before scene's georeference, and how many there are, to a `Casting` each. None
        where a house's shadow is no more than a few pixels, or the sun is not stated on both dates. North is
        taken to be the image's top.
    """
    suns = suns_of(pair)
    if pixel_m > _SHADOWS_UP_TO_M or suns is None:
        return None
    shelf, pool = source
    reach = math.ceil(LONGEST_M / pixel_m)

    def measure(labels: NDArray[np.int32], number: int) -> list[Casting]:
        def look(item: tuple[int, Window | None]) -> Casting:
            label, tight = item
            if tight is None:
                return Casting(suns, None, pixel_m)
            wide = widened(tight, reach, labels.shape)
            prepared = shelf.get(Block(wide, wide, (slice(None), slice(None))))
            first, second = (
                indices.brightness(dict(zip(bands, image, strict=True)))
                for image in (prepared.before, prepared.after)
            )
            turned = find_turned((first, second), labels[wide] == label, suns, pixel_m=pixel_m)
            return Casting(suns, turned, pixel_m)

        return list(blocks.run(look, list(enumerate(windows_of(labels, max_label=number), 1)), pool))

    return measure
