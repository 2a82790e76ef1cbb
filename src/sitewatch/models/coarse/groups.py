"""What the bands of a coarse scene have to say together: visible, near infrared, short-wave infrared."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_VISIBLE = ("coastal", "blue", "green05", "green", "yellow", "red", "pan")
_NIR = ("nir", "nir08")
_SWIR1 = ("swir16",)
_SWIR2 = ("swir22",)


@dataclass(frozen=True, slots=True)
class Groups:
    """Positions of the bands, by what they see.

    Attributes
    ----------
    visible : tuple of int
        In order of wavelength, at least one.
    nir, swir1, swir2 : int or None
    """

    visible: tuple[int, ...]
    nir: int | None
    swir1: int | None
    swir2: int | None

    @property
    def names(self) -> tuple[str, ...]:
        """Name the planes that `planes` gives."""
        known = (("nir", self.nir), ("swir16", self.swir1), ("swir22", self.swir2))
        return ("visible", *(name for name, place in known if place is not None))

    def planes(self, image: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
        """Yield the mean of the visible bands and each infrared band of (bands, rows, columns)."""
        yield image[list(self.visible)].mean(axis=0)
        for place in (self.nir, self.swir1, self.swir2):
            if place is not None:
                yield image[place]

    @property
    def capability(self) -> str:
        """What can be asked of such a scene: ``visible``, ``nir``, ``swir2`` or ``six``."""
        if self.nir is None:
            return "visible"
        if self.swir2 is None:
            return "nir"
        return "swir2" if self.swir1 is None else "six"


def find_groups(bands: tuple[str, ...]) -> Groups:
    """Sort bands by what they see; names that say nothing count as visible."""
    place = {name: index for index, name in enumerate(bands)}
    known = [place[name] for name in _VISIBLE if name in place]
    swir2 = _first(place, _SWIR2)
    unnamed = [index for name, index in place.items() if name not in (*_VISIBLE, *_NIR, *_SWIR1, *_SWIR2)]
    return Groups(
        tuple(known or unnamed or range(len(bands))),
        _first(place, _NIR),
        # The first short-wave band alone tells little, and no model was fitted on it.
        _first(place, _SWIR1) if swir2 is not None and _first(place, _NIR) is not None else None,
        swir2 if _first(place, _NIR) is not None else None,
    )


def _first(place: dict[str, int], names: tuple[str, ...]) -> int | None:
    return next((place[name] for name in names if name in place), None)
