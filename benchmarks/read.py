"""``python -m benchmarks.read FILE...``: decode rasters block by block and keep nothing."""

import sys

import rasterio


def read(path: str) -> int:
    """Decode every block of a raster, and return how many values there were."""
    values = 0
    with rasterio.open(path) as src:
        for _, window in src.block_windows(1):
            values += src.read(window=window).size
    return values


if __name__ == "__main__":
    sys.stdout.write(f"{sum(read(path) for path in sys.argv[1:])} values\n")
