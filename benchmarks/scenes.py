"""A drawn pair in files, for what is measured by whole processes."""

from pathlib import Path

from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.simulate import Recipe, draw_pair


def draw(folder: Path, size: int, seed: int = 1) -> tuple[Path, Path]:
    """Write a pair of `size` x `size` RGB pixels of 0.5 m with all kinds of events; return both files."""
    pair = draw_pair(Recipe(resolution_m=0.5, size=(size, size)), seed)
    folder.mkdir(parents=True)
    paths = folder / "before.tif", folder / "after.tif"
    for path, scene in zip(paths, (pair.before, pair.after), strict=True):
        write_geotiff(path, scene.pixels, scene.grid, Labels(descriptions=scene.bands))
    return paths
