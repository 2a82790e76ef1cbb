"""Which ground both scenes of a pair show."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.catalogue.usable import STALE, Seeing, fit_seeing, reach_px, seen
from sitewatch.grid import same_pixels
from sitewatch.io.rasters import load
from sitewatch.kernels.blank import find_stale
from sitewatch.records import Pair


@dataclass(frozen=True, slots=True)
class Sight:
    """What is needed to tell seen from unseen ground in any window of a pair.

    Attributes
    ----------
    before, after : Seeing
    provider : bool
        Whether the provider's masks are used where there are some.
    grow_m : float
        How far clouds and shadows are widened, metres.
    """

    before: Seeing
    after: Seeing
    provider: bool
    grow_m: float

    def reach_px(self, grid: GeoBox) -> int:
        """Return how far around a pixel one looks to tell whether it can be seen, pixels of `grid`."""
        return max(reach_px(fit, grid, self.grow_m) for fit in (self.before, self.after))


def fit_sight(pair: Pair, *, provider: bool, grow_m: float) -> Sight:
    """Take from coarse views of both scenes what the search for clouds needs."""
    return Sight(fit_seeing(pair.before), fit_seeing(pair.after), provider, grow_m)


def unseen_reasons(
    pair: Pair, grid: GeoBox, pixels: tuple[xr.DataArray, xr.DataArray], sight: Sight
) -> NDArray[np.uint8]:
    """Say for each pixel why it cannot be judged.

    Parameters
    ----------
    pixels : (before, after)
        On `grid`, registered. A provider's mask is read where the georeference puts it: it is coarser than
        any shift, and widened.

    Returns
    -------
    (rows, columns) uint8
        Codes of `catalogue.usable.REASONS`, 0 where both dates can be judged; the before scene's first.
        Ground of which one scene shows the other's very pixels cannot be judged either.
    """
    first, second = (
        seen(scene, grid, values, provider=sight.provider, grow_m=sight.grow_m, fit=fit).reasons
        for scene, values, fit in zip(
            (pair.before, pair.after), pixels, (sight.before, sight.after), strict=True
        )
    )
    reasons = np.where(first > 0, first, second).astype(np.uint8)
    reasons[(reasons == 0) & _stale(pair, grid, pixels[0])] = STALE
    return reasons


def _stale(pair: Pair, grid: GeoBox, before: xr.DataArray) -> NDArray[np.bool_]:
    """Find where both files hold the same pixels; nowhere, where they have no pixels in common.

    A copied tile lies where the georeference puts it, whatever the registration moved.
    """
    if not all(same_pixels(scene.grid, grid) for scene in (pair.before, pair.after)):
        return np.zeros(grid.shape, np.bool_)
    names = [str(name) for name in before.coords["band"].to_numpy()]
    return find_stale(before.to_numpy(), load(pair.after, grid, names).to_numpy())
