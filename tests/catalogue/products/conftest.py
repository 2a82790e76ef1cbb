"""Small files with known content, written as their makers would write them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

GRID = GeoBox((60, 60), Affine(10, 0, 300_000, 0, -10, 2_300_000), "EPSG:32646")
WriteRaster = Callable[..., Path]


@pytest.fixture
def numbers() -> NDArray[np.uint16]:
    """(13, 60, 60): every pixel of every band differs, none is 0."""
    return (np.arange(13 * 3600, dtype=np.uint16) % 9973 + 1000).reshape(13, 60, 60)


@pytest.fixture
def write_raster(tmp_path: Path, numbers: NDArray[np.uint16]) -> WriteRaster:
    """Write a raster under the test's folder; returns its path."""

    def write(
        name: str,
        pixels: NDArray[np.generic] | None = None,
        *,
        grid: GeoBox = GRID,
        driver: str = "GTiff",
        descriptions: tuple[str, ...] = (),
        tags: dict[str, str] | None = None,
        **profile: object,
    ) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        layers = numbers[:3] if pixels is None else pixels if pixels.ndim == 3 else pixels[None]
        rows, cols = layers.shape[1:]
        if driver == "JP2OpenJPEG":
            profile |= {"QUALITY": "100", "REVERSIBLE": "YES"}
        with rasterio.open(
            path,
            "w",
            driver=driver,
            width=cols,
            height=rows,
            count=len(layers),
            dtype=layers.dtype,
            crs=grid.crs,
            transform=grid.affine,
            **profile,
        ) as dst:
            dst.write(layers)
            dst.update_tags(**(tags or {}))
            for index, text in enumerate(descriptions, 1):
                dst.set_band_description(index, text)
        return path

    return write
