"""A run folder, read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.errors import RunError
from sitewatch.grid import gsd_m
from sitewatch.io.rasters import describe, load, load_labels
from sitewatch.io.results.folder import RUN_JSON, is_run
from sitewatch.io.results.properties import CHANGE_PROPERTIES, SITE_PROPERTIES
from sitewatch.io.results.write import CHANGES, SITES
from sitewatch.io.vectors import to_geodataframe
from sitewatch.records import Band, Scene

OVERLAP = "overlap"


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run. Nothing is read before it is asked for, and nothing is kept.

    Attributes
    ----------
    path : Path
        Its folder.
    info : mapping
        ``run.json``.
    """

    path: Path
    info: Mapping[str, Any]

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Open a run folder.

        Raises
        ------
        RunError
            If it is not one.
        """
        folder = Path(path)
        if not is_run(folder):
            raise RunError(
                f"{folder} is not a run folder",
                "a folder that `sitewatch compare` or `sitewatch detect` wrote is needed",
                f"name the folder that holds {RUN_JSON}",
            )
        return cls(folder, json.loads((folder / RUN_JSON).read_text("utf-8")))

    @property
    def sites_with_rasters(self) -> tuple[str, ...]:
        """Names of the folders in ``rasters/``: site ids, or ``overlap``, in order."""
        return tuple(sorted(path.parent.name for path in self.path.glob("rasters/*/change.tif")))

    @property
    def changes(self) -> Any:
        """``changes.geojson`` as a geopandas.GeoDataFrame: a row a change, WGS84."""
        return to_geodataframe(self.path / CHANGES, CHANGE_PROPERTIES)

    @property
    def sites(self) -> Any:
        """``sites.geojson`` as a geopandas.GeoDataFrame: a row a site, WGS84."""
        # A site's `id` stands beside its properties, and becomes a column where there is a site.
        return to_geodataframe(self.path / SITES, (*SITE_PROPERTIES, "id"))

    @property
    def change(self) -> xr.DataArray:
        """Codes of kinds of the only site, or of the whole overlap; see `change_at`."""
        return self.change_at()

    @property
    def score(self) -> xr.DataArray:
        """Score of the only site, or of the whole overlap; see `score_at`."""
        return self.score_at()

    def change_at(self, site: str | None = None) -> xr.DataArray:
        """Read ``change.tif``: (y, x) uint8, codes of `records.KIND_CODES`, 255 not assessable.

        Parameters
        ----------
        site : str, optional
            By default the only one, or the whole overlap.

        Raises
        ------
        RunError
            If the run has no raster of that site, or has several and none was named.
        """
        path = self.raster("change", site)
        grid = describe(path).require_grid()
        return _labelled(load_labels(path, grid), grid, "change")

    def score_at(self, site: str | None = None) -> xr.DataArray:
        """Read ``score.tif``: (y, x) float32, 0..1, NaN not assessable. Parameters as in `change_at`."""
        path = self.raster("score", site)
        grid = describe(path).require_grid()
        scene = Scene(path.stem, (Band("score", str(path)),), grid, gsd_m(grid))
        return _labelled(load(scene, grid).values[0], grid, "score")

    def raster(self, name: str, site: str | None = None) -> Path:
        """Return the path of ``rasters/<site>/<name>.tif``; errors as in `change_at`."""
        path = self.path / "rasters" / (site or self._only_site()) / f"{name}.tif"
        if not path.is_file():
            raise RunError(
                f"{self.path} has no {path.relative_to(self.path)}",
                f"it has rasters of: {', '.join(self.sites_with_rasters) or 'nothing'}",
                "name one of these, or run again",
            )
        return path

    def _only_site(self) -> str:
        names = self.sites_with_rasters
        if OVERLAP in names or not names:
            return OVERLAP
        if len(names) > 1:
            raise RunError(
                f"{self.path} holds rasters of {len(names)} sites",
                "one must be named",
                f"choose of: {', '.join(names)}",
            )
        return names[0]


def _labelled(pixels: NDArray[np.generic], grid: GeoBox, name: str) -> xr.DataArray:
    """Give an array the coordinates of its pixels' centres, in its grid's CRS."""
    rows, cols = grid.shape
    step = grid.affine
    coords = {
        "y": step.f + (np.arange(rows) + 0.5) * step.e,
        "x": step.c + (np.arange(cols) + 0.5) * step.a,
    }
    straight = step.b == 0 == step.d
    epsg = grid.crs.epsg if grid.crs is not None else None
    return xr.DataArray(
        pixels,
        dims=("y", "x"),
        coords=coords if straight else {},
        name=name,
        attrs={"crs": f"EPSG:{epsg}" if epsg is not None else str(grid.crs), "transform": tuple(step)[:6]},
    )


def read_features(run: Run, table: Literal["changes", "sites"]) -> list[dict[str, Any]]:
    """Return the Features of ``changes.geojson`` or ``sites.geojson`` as plain data."""
    text = (run.path / {"changes": CHANGES, "sites": SITES}[table]).read_text("utf-8")
    features: list[dict[str, Any]] = json.loads(text)["features"]
    return features
