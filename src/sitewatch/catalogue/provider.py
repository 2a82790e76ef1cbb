"""Providers' own masks, in the words of `usable`: cloud, shadow, saturated, snow, nodata.

``scl``
    Sentinel-2 L2A scene classification: 1 saturated or defective, 3 cloud shadow, 8 and 9 cloud of medium and
    high probability, 10 thin cirrus, 11 snow.
``qa_pixel``
    Landsat Collection 2: bit 0 fill, 2 cirrus, 3 cloud, 4 cloud shadow, 5 snow.
``udm2``
    Planet: band 2 snow, 3 shadow, 5 heavy haze, 6 cloud, 8 with bit 0 set where it is filled with black.

Left as usable, because one sees the ground: SCL 2 (dark ground) and 7 (unclassified), Planet's light haze.
Landsat's "dilated cloud" is left too: what is cloud is widened later, by a distance that the settings state.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.io.rasters import load_codes
from sitewatch.records import MaskLayer, MaskScheme

Mask = NDArray[np.bool_]
Layers = dict[str, Mask]


def provider_layers(layer: MaskLayer, grid: GeoBox) -> Layers:
    """Read a provider's mask on a grid as ``nodata``, ``cloud``, ``shadow``, ``saturated`` and ``snow``.

    Pointwise. Each (rows, columns) bool; beyond the layer's own edge all are False.

    Raises
    ------
    RasterError
        If the layer cannot be read.
    """
    return _SCHEMES[layer.scheme](layer, grid)


def _scl(layer: MaskLayer, grid: GeoBox) -> Layers:
    codes = load_codes(layer, grid)
    return {
        "saturated": codes == 1,
        "shadow": codes == 3,
        "cloud": np.isin(codes, (8, 9, 10)),
        "snow": codes == 11,
    }


def _qa_pixel(layer: MaskLayer, grid: GeoBox) -> Layers:
    codes = load_codes(layer, grid)

    def bit(number: int) -> Mask:
        return np.asarray(codes >> number & 1, np.bool_)

    return {"nodata": bit(0), "cloud": bit(2) | bit(3), "shadow": bit(4), "snow": bit(5)}


def _udm2(layer: MaskLayer, grid: GeoBox) -> Layers:
    def band(index: int) -> NDArray[np.uint16]:
        return load_codes(replace(layer, index=index), grid)

    return {
        "nodata": np.asarray(band(8) & 1, np.bool_),
        "cloud": (band(5) | band(6)) > 0,
        "shadow": band(3) > 0,
        "snow": band(2) > 0,
    }


_SCHEMES: dict[MaskScheme, Callable[[MaskLayer, GeoBox], Layers]] = {
    "scl": _scl,
    "qa_pixel": _qa_pixel,
    "udm2": _udm2,
}
