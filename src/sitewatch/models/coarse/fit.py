"""What a pair as a whole says about itself, as a few numbers: the scale against which its pixels are read."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.context import local_mean
from sitewatch.kernels.spectral import Background, fit_background, relativised_burn_ratio
from sitewatch.models.coarse.groups import Groups, find_groups
from sitewatch.models.coarse.prevalence import EVEN, Prevalence

Images = NDArray[np.float32]
# Standard deviation of the window within which a house, or a pixel of misregistration, is averaged; pixels.
NEAR = 1.4
# Standard deviations of the windows in which the fall of vegetation's vigour is read, pixels: a pixel with
# its blur, for the outline, and a wide one, in which weak scars stand out of the scatter.
SCAR_SIGMAS = (0.8, 4.0)


@dataclass(frozen=True, slots=True)
class CoarseFit:
    """The scale of a pair.

    Attributes
    ----------
    noise : tuple of float
        Standard deviation a band where nothing changed, in units of the before image.
    level : float
        Median brightness of the before image's visible bands, in its units; > 0.
    loss : tuple of Background
        Of the relative fall of vegetation's vigour, one for each of `SCAR_SIGMAS`.
    prevalence : tuple of float
        By how much the share of each kind is multiplied, for being rare in this pair.
    """

    noise: tuple[float, ...]
    level: float
    loss: tuple[Background, ...]
    prevalence: Prevalence = EVEN

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers for run.json."""
        return asdict(self)

    @classmethod
    def from_dict(cls, numbers: Mapping[str, Any]) -> "CoarseFit":
        """Return the fit that `to_dict` wrote."""
        return cls(
            tuple(numbers["noise"]),
            numbers["level"],
            tuple(Background(**one) for one in numbers["loss"]),
            tuple(numbers["prevalence"]),
        )


def fit_coarse(
    windows: Sequence[tuple[Images, Images, NDArray[np.bool_]]],
    *,
    bands: tuple[str, ...],
    noise: tuple[float, ...],
) -> CoarseFit:
    """Fit the scale of a pair.

    Parameters
    ----------
    windows : sequence of (before, after, usable)
        Full-resolution windows of the pair: (bands, rows, columns) float32, registered, the after image in
        the radiometry of the before image; (rows, columns) bool.
    bands : tuple of str
    noise : tuple of float
        As `kernels.radiometry` fits it.
    """
    groups = find_groups(bands)
    visible = [before[list(groups.visible)][:, usable].ravel() for before, _, usable in windows]
    seen = np.concatenate(visible)
    level = max(abs(float(np.median(seen))), 1e-6) if seen.size else 1.0
    return CoarseFit(
        tuple(map(float, noise)),
        level,
        tuple(
            fit_background(
                np.concatenate([_fall(window, groups, level_floor(level), sigma) for window in windows])
            )
            for sigma in SCAR_SIGMAS
        ),
    )


def _fall(
    window: tuple[Images, Images, NDArray[np.bool_]], groups: Groups, floor: float, sigma: float
) -> Images:
    """Return the relative fall of vigour of the usable pixels of a window; (n,)."""
    before, after, usable = window
    pixel = np.stack([vigour(image, groups, floor) for image in (before, after)])
    known = usable & np.isfinite(pixel).all(axis=0)
    return fall_of_vigour(np.nan_to_num(pixel), known, sigma)[usable]


def fall_of_vigour(pixel: Images, usable: NDArray[np.bool_], sigma: float) -> Images:
    """Return the relative fall (RBR) of two dates' vigour, each averaged over a window.

    Parameters
    ----------
    pixel : (2, rows, columns) float32
        Vigour before and after; anything may stand where not usable.
    usable : (rows, columns) bool
    sigma : float
        Of the window, pixels.

    Returns
    -------
    (rows, columns) float32
        > 0 where vegetation was lost; NaN where nothing usable is within reach.
    """
    old, new = local_mean(pixel, usable, sigma)
    return relativised_burn_ratio(old, new)


def level_floor(level: float) -> float:
    """Return the brightness below which differences are not read as relative: a fiftieth of the median."""
    return 0.02 * max(abs(level), 1e-6)


def vigour(image: Images, groups: Groups, floor: float) -> Images:
    """Return the index that falls when vegetation burns: NBR, else NDVI, else the visible red-green balance.

    Returns
    -------
    (...) float32
        -1..1 for images (bands, ...); NaN where a band is NaN.
    """
    red, green = image[groups.visible[-1]], image[groups.visible[len(groups.visible) // 2]]
    if groups.nir is None:
        return ratio(green, red, floor)
    return ratio(image[groups.nir], red if groups.swir2 is None else image[groups.swir2], floor)


def ratio(high: Images, low: Images, floor: float) -> Images:
    """Return ``(high - low) / (|high| + |low| + floor)``, -1..1."""
    return np.asarray((high - low) / (np.abs(high) + np.abs(low) + np.float32(floor)), np.float32)
