"""A run folder filled: rasters and chips of each piece of ground as it is judged, the tables at the end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch import __version__
from sitewatch.catalogue.stac import scene_to_item
from sitewatch.errors import OutputError
from sitewatch.evidence import write_manifest
from sitewatch.grid import gsd_m
from sitewatch.io.rasters import Labels, write_cog
from sitewatch.io.results import ChangeRow, write_changes, write_run_json, write_sites
from sitewatch.pipeline.detection import Detection
from sitewatch.pipeline.view import load_registered
from sitewatch.records import KIND_CODES, NOT_ASSESSABLE, Change, Pair, Scene, Verdict
from sitewatch.report.chips import ChipStyle, ChipView, Neighbour, write_chips
from sitewatch.runs.judged import Judged
from sitewatch.settings import Chips


@dataclass(frozen=True, slots=True)
class Ground:
    """What the tables of a run need to know of one piece of ground: no pixels.

    Attributes
    ----------
    name : str
    pair : Pair or None
    rows : tuple of ChangeRow
    verdicts : tuple of Verdict
    facts : mapping
        Every fit, for ``run.json``.
    refusal : str or None
    seconds : float
    """

    name: str
    pair: Pair | None
    rows: tuple[ChangeRow, ...]
    verdicts: tuple[Verdict, ...]
    facts: Mapping[str, Any]
    refusal: str | None
    seconds: float


def write_ground(folder: Path, judged: Judged, chips: Chips, *, most_chips: int) -> Ground:
    """Write the rasters and chips of one piece of ground.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    detection = judged.detection
    names: Mapping[str, str] = {}
    if detection is not None:
        _write_rasters(folder / "rasters" / judged.name, detection)
        style = ChipStyle(size_m=chips.size_m, dpi=chips.dpi)
        names = write_chips(
            folder / "chips",
            detection.pair,
            judged.changes,
            viewer(detection, judged.changes),
            style=style,
            most=most_chips,
        )
    return Ground(
        name=judged.name,
        pair=judged.pair,
        rows=tuple(
            ChangeRow(change, judged.pair, names.get(change.id))
            for change in judged.changes
            if judged.pair is not None
        ),
        verdicts=judged.verdicts,
        facts=detection.facts if detection is not None else {},
        refusal=str(judged.refusal) if judged.refusal is not None else None,
        seconds=judged.seconds,
    )


def viewer(detection: Detection, changes: Sequence[Change]) -> Callable[[GeoBox, Change], ChipView]:
    """Return what gives a chip its pixels: both dates in the frame of the scene that shows the thing."""

    def view(grid: GeoBox, change: Change) -> ChipView:
        before, after = load_registered(
            detection.pair,
            detection.registration,
            grid,
            frame="after" if change.kind == "construction" else "before",
        )
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


def finish(folder: Path, grounds: Sequence[Ground], info: Mapping[str, Any]) -> None:
    """Write the tables, ``run.json`` and the manifest.

    Parameters
    ----------
    info : mapping
        What the run knows of itself: ``run_id``, ``command``, ``settings``, ``versions`` and more.
    """
    rows = [row for ground in grounds for row in ground.rows]
    verdicts = [verdict for ground in grounds for verdict in ground.verdicts]
    (folder / "chips").mkdir(exist_ok=True)
    write_changes(folder, rows, run_id=info["run_id"])
    write_sites(folder, verdicts)
    write_run_json(folder, {**info, **_facts(grounds)})
    write_manifest(folder)


def _facts(grounds: Sequence[Ground]) -> dict[str, Any]:
    scenes = {
        scene.id: scene
        for ground in grounds
        if ground.pair is not None
        for scene in (ground.pair.before, ground.pair.after)
    }
    return {
        "scenes": {name: _scene_facts(scene) for name, scene in sorted(scenes.items())},
        "pairs": [_pair_facts(ground) for ground in grounds if ground.pair is not None],
        "fits": {ground.name: ground.facts for ground in grounds if ground.facts},
        "refusals": [
            {"site": ground.name, "error": ground.refusal} for ground in grounds if ground.refusal is not None
        ],
        "timings": {ground.name: round(ground.seconds, 3) for ground in grounds},
    }


def _scene_facts(scene: Scene) -> dict[str, Any]:
    return {"item": scene_to_item(scene).to_dict(include_self_link=False), "sha256": scene.sha256}


def _pair_facts(ground: Ground) -> dict[str, Any]:
    pair = ground.pair
    if pair is None:
        return {}
    return {
        "site": ground.name,
        "before": pair.before.id,
        "after": pair.after.id,
        "reasons": pair.reasons,
        "cautions": pair.cautions,
        "score": pair.score,
    }


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
