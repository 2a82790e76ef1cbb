"""A finished run of drawn scenes, small enough to be made for a test."""

from pathlib import Path

import sitewatch as sw
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.io.vectors import geojson_text
from sitewatch.settings import Settings
from sitewatch.simulate.pair import draw_pair
from sitewatch.simulate.recipe import Recipe

# What nobody wants to see as markup, in a place of the user's own words.
HOSTILE = "</script><script>document.title='owned'</script><b>\"Ashby\" & 'co'"


def drawn_run(folder: Path, *, size: int = 256, name: str = HOSTILE, told: bool = True) -> sw.Run:
    """Draw a pair in which houses were built, and compare it; `told`: with date and credit in its files."""
    pair = draw_pair(Recipe(size=(size, size), events=("construction",)), seed=4)
    for date, scene in (("before", pair.before), ("after", pair.after)):
        tags = {"TIFFTAG_DATETIME": f"{scene.datetime:%Y:%m:%d %H:%M:%S}", "CREDIT": f"drawn {name}"}
        labels = Labels(0, scene.bands, tags if told else {})
        write_geotiff(folder / f"{date}.tif", scene.pixels, scene.grid, labels)
    place = {"geometry": pair.places[0], "properties": {"id": "ashby", "name": name, "category": "other"}}
    (folder / "sites.geojson").write_text(geojson_text([place]))
    # Low enough for something to be found, whatever the model: this is about what follows.
    settings = Settings.model_validate({"objects": {"min_score": 0.02, "min_area_m2": 4}})
    return sw.compare(
        folder / "before.tif",
        folder / "after.tif",
        aoi=folder / "sites.geojson",
        sites_only=True,
        settings=settings,
        out=folder / "run",
    )
