"""Drawn scenes in files."""

from pathlib import Path

from sitewatch.catalogue.products import read_scene
from sitewatch.catalogue.products.hints import Hints
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.records import Scene
from sitewatch.simulate import Recipe, draw_pair
from sitewatch.simulate.scene import DrawnScene


def draw(folder: Path, size: int, seed: int = 1) -> tuple[Path, Path]:
    """Write a pair of `size` x `size` RGB pixels of 0.5 m with all kinds of events; return both files."""
    pair = draw_pair(Recipe(resolution_m=0.5, size=(size, size)), seed)
    folder.mkdir(parents=True)
    paths = folder / "before.tif", folder / "after.tif"
    for path, scene in zip(paths, (pair.before, pair.after), strict=True):
        write_geotiff(path, scene.pixels, scene.grid, Labels(descriptions=scene.bands))
    return paths


def write_drawn(folder: Path, name: str, drawn: DrawnScene) -> Scene:
    """Write a drawn scene, and read what it is."""
    file = folder / f"{name}.tif"
    write_geotiff(file, drawn.pixels, drawn.grid, Labels(0, drawn.bands, {}))
    return read_scene(file, Hints(id=name, date=drawn.datetime, bands=tuple(drawn.bands), sensor="drawn"))
