"""Where vegetation burned: a rule, on the fall of its vigour against that of unchanged ground."""

import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.context import local_mean, reach_px
from sitewatch.kernels.spectral import Background, relative_change
from sitewatch.models.coarse.fit import (
    NEAR,
    SCAR_SIGMAS,
    CoarseFit,
    fall_of_vigour,
    level_floor,
    ratio,
    vigour,
)
from sitewatch.models.coarse.groups import Groups

Images = NDArray[np.float32]
Layer = NDArray[np.float32]

REACH_PX = reach_px(max(*SCAR_SIGMAS, NEAR))
# Smallest fall that is taken for a scar's.
_LEAST = 0.03
# Relative brightening beyond which vegetation was rather cut, dried or built over than burned.
_BRIGHTER = {"visible": 0.15, "swir22": 0.3}
_STEEP = 6.0
_FURTHEST = 3.0


def burn_scar(
    before: Images, after: Images, usable: NDArray[np.bool_], fit: CoarseFit, *, groups: Groups
) -> Layer:
    """Place the fall of vigour between unchanged ground (0) and the parting of unchanged and burned (1).

    The mean over two windows: the narrow one has the outline, the wide one finds weak scars. Vegetation that
    was cut, dried or built over brightens, and drowned vegetation is water: what brightened beyond a limit,
    or is brighter in green than in near infrared, is set back.

    Parameters
    ----------
    before, after : (bands, rows, columns) float32
        In one radiometry; finite everywhere, meaningless where not usable.
    usable : (rows, columns) bool
    fit : CoarseFit
        Of the whole pair.

    Returns
    -------
    (rows, columns) float32
        -3..3; finite everywhere, meaningless where not usable.
    """
    floor = level_floor(fit.level)
    pixel = np.stack([vigour(image, groups, floor) for image in (before, after)])
    scar = np.zeros(usable.shape, np.float32)
    for sigma, ground in zip(SCAR_SIGMAS, fit.loss, strict=True):
        fell = np.nan_to_num(fall_of_vigour(pixel, usable, sigma))
        scar += (fell - np.float32(ground.mode)) / np.float32(_gap(ground) * len(SCAR_SIGMAS))
    near = [np.nan_to_num(local_mean(image, usable, NEAR)) for image in (before, after)]
    scar -= np.float32(_STEEP) * _set_back(near[0], near[1], groups, floor)
    return np.asarray(np.clip(scar, -_FURTHEST, _FURTHEST), np.float32)


def _set_back(before: Images, after: Images, groups: Groups, floor: float) -> Layer:
    """Return by how much a place brightened beyond what a scar may, or is water."""
    back = np.zeros(before.shape[1:], np.float32)
    for name, first, second in zip(groups.names, groups.planes(before), groups.planes(after), strict=True):
        if name in _BRIGHTER:
            brighter = relative_change(first, second, floor) - np.float32(_BRIGHTER[name])
            back += np.maximum(brighter, 0)
    if groups.nir is not None:
        green = after[groups.visible[len(groups.visible) // 2]]
        back += np.maximum(ratio(green, after[groups.nir], floor), 0)
    return back


def _gap(ground: Background) -> float:
    return max(ground.split - ground.mode, ground.mirror, _LEAST)
