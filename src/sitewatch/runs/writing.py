"""A run folder filled: rasters and chips of each piece of ground as it is judged, the tables at the end."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch import __version__
from sitewatch.catalogue.footprints import FootprintReading
from sitewatch.errors import OutputError
from sitewatch.evidence import note, write_inputs, write_manifest
from sitewatch.grid import gsd_m
from sitewatch.io.rasters import Labels, write_cog
from sitewatch.io.results import (
    ChangeRow,
    Run,
    change_feature,
    read_features,
    site_feature,
    write_buildings,
    write_run_json,
    write_tables,
)
from sitewatch.pipeline.detection import Detection
from sitewatch.pipeline.registration import Registration
from sitewatch.pipeline.view import Frame, load_registered
from sitewatch.records import KIND_CODES, NOT_ASSESSABLE, Change, Pair
from sitewatch.report.chips import ChipStyle, ChipView, Neighbour, write_chips
from sitewatch.report.page import PAGE, quicklook, quicklook_grid, write_page, write_quicklook
from sitewatch.runs.about import pair_facts, run_facts, scene_facts
from sitewatch.runs.buildings import building_facts, building_features, features_of
from sitewatch.runs.deciding import decide
from sitewatch.runs.judged import Ground, Judged
from sitewatch.runs.placements import write_placements
from sitewatch.settings import Chips

# Longest side of a map picture, pixels.
QUICKLOOK_PX = 768


def write_ground(folder: Path, judged: Judged, chips: Chips, *, run_id: str, most_chips: int) -> Ground:
    """Write the rasters and chips of one piece of ground, and return what the tables need of it.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    detection, pair = judged.detection, judged.pair
    names: Mapping[str, str] = {}
    if detection is not None:
        _write_rasters(folder / "rasters" / judged.name, detection)
        write_placements(folder, judged.name, detection)
        names = write_chips(
            folder / "chips",
            detection.pair,
            judged.changes,
            viewer(detection.pair, detection.registration, judged.changes),
            style=ChipStyle(size_m=chips.size_m, dpi=chips.dpi),
            most=most_chips,
        )
        _write_quicklook(folder / PAGE, judged.name, detection)
    return Ground(
        name=judged.name,
        changes=tuple(
            change_feature(ChangeRow(change, pair, names.get(change.id)), run_id)
            for change in judged.changes
            if pair is not None
        ),
        sites=tuple(site_feature(verdict) for verdict in judged.verdicts),
        pair=pair_facts(judged.name, pair) if pair is not None else None,
        scenes={scene.id: scene_facts(scene) for scene in (pair.before, pair.after)} if pair else {},
        facts=dict(detection.facts) if detection is not None else {},
        refusals={site: str(why) for site, why in judged.refusals.items()},
        seconds=judged.seconds,
        chips=len(names),
        placebos={site: placebo.to_dict() for site, placebo in judged.placebos.items()},
        otherwise={verdict.site.id: site_feature(verdict)["properties"] for verdict in judged.otherwise},
        smallest=dict(judged.smallest),
        buildings=building_features(judged, run_id),
    )


def viewer(
    pair: Pair, registration: Registration, changes: Sequence[Change]
) -> Callable[[GeoBox, Change], ChipView]:
    """Return what gives a chip its pixels: both dates in the frame of the scene that shows the thing."""

    def view(grid: GeoBox, change: Change) -> ChipView:
        frame: Frame = "after" if change.kind == "construction" else "before"
        before, after = load_registered(pair, registration, grid, frame=frame)
        return ChipView(
            before=before.to_numpy(),
            after=after.to_numpy(),
            bands=tuple(str(name) for name in before.coords["band"].to_numpy()),
            grid=grid,
            neighbours=tuple(
                Neighbour(other.kind, other.geometry) for other in changes if other.id != change.id
            ),
        )

    return view


def _write_quicklook(folder: Path, name: str, detection: Detection) -> None:
    grid = quicklook_grid(detection.grid.extent, gsd_m(detection.grid), most=QUICKLOOK_PX)
    if grid is None:
        return
    pair = detection.pair
    before, after = load_registered(pair, detection.registration, grid)
    bands = tuple(str(band) for band in before.coords["band"].to_numpy())
    write_quicklook(folder, quicklook(name, ChipView(before.to_numpy(), after.to_numpy(), bands, grid), pair))


def finish(
    folder: Path,
    grounds: Sequence[Ground],
    info: Mapping[str, Any],
    inputs: Iterable[str | Path],
    *,
    buildings: FootprintReading | None = None,
) -> None:
    """Decide over the list of sites, and write the tables, ``run.json``, the page and the manifest.

    Parameters
    ----------
    info : mapping
        The head of ``run.json`` (`about`).
    inputs : iterable of path
        Every file that the run was made from, that of footprints aside.
    buildings : FootprintReading, optional
        The footprints inside which damage was read.

    Raises
    ------
    CoverageError
        If none of the footprints lies on the ground that was judged.
    """
    (folder / "chips").mkdir(exist_ok=True)
    sites, verdicts = decide(grounds, float(info["settings"]["verdicts"]["fdr"]))
    write_tables(folder, [change for ground in grounds for change in ground.changes], sites)
    if buildings is not None:
        features = features_of(grounds)
        info = {**info, "buildings": building_facts(buildings, features)}
        inputs = [*inputs, buildings.path]
        write_buildings(folder, features)
    write_run_json(folder, {**info, **run_facts(grounds), "verdicts": verdicts})
    run = Run.open(folder)
    write_page(
        folder,
        sites=read_features(run, "sites"),
        changes=read_features(run, "changes"),
        info=run.info,
    )
    write_inputs(folder, inputs)
    write_manifest(folder)
    note(folder, "made", command=info["command"], version=__version__)


def _write_rasters(folder: Path, detection: Detection) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{folder.name} could not be made ({error.strerror})",
            "a writable folder with room on its disk is needed",
            "free space, or choose another --out",
        ) from error
    pair = detection.pair
    factor = max(1, round(gsd_m(detection.grid) / gsd_m(pair.before.grid)))
    tags = {"sitewatch": __version__, "before": pair.before.id, "after": pair.after.id}
    grid = detection.grid.zoom_out(1 / factor) if factor > 1 else detection.grid
    words = "; ".join(
        ["0 none", *(f"{code} {kind}" for kind, code in KIND_CODES.items()), "255 not assessable"]
    )
    write_cog(
        folder / "change.tif",
        _folded(detection.change, factor),
        grid,
        Labels(nodata=NOT_ASSESSABLE, descriptions=("kind of change",), tags={**tags, "codes": words}),
    )
    write_cog(
        folder / "score.tif",
        _folded(detection.score, factor),
        grid,
        Labels(
            nodata=float("nan"),
            descriptions=("probability of construction, burning or demolition",),
            tags=tags,
        ),
    )


def _folded(layer: NDArray[Any], factor: int) -> NDArray[Any]:
    """Repeat the pixels of a coarsened grid, so that the raster has the before scene's own."""
    return np.repeat(np.repeat(layer, factor, axis=0), factor, axis=1) if factor > 1 else layer
