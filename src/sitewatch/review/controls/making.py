"""Controls of a run, made once."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from shapely.affinity import translate
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from sitewatch.errors import OutputError, RunError
from sitewatch.evidence import REVIEW, digest
from sitewatch.grid import pixel_area_m2
from sitewatch.io.rasters import Labels, write_cog
from sitewatch.io.results import Run, read_features
from sitewatch.pipeline.outlines import change_id, on_the_ground
from sitewatch.records import Kind
from sitewatch.review.controls.drawing import draw_change
from sitewatch.review.controls.key import CONTROLS, KEY, Key, Known, write_key
from sitewatch.review.controls.site import ControlSite
from sitewatch.review.controls.twin import Twin, make_twin
from sitewatch.review.items import Control, handle
from sitewatch.runs.smallest.implanting import Event

# Attempts a control: sites and detections are many, and some offer no room.
_TRIES = 20
# What a detection that is none of these is taken for when a building is drawn in its likeness.
_EVENTS: Mapping[Kind, Event] = {
    "construction": "construction", "burning": "burning", "demolition": "demolition", "other": "construction",
}  # fmt: skip

Feature = Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """A control before it is written: its outline in pixels of its images' grid, its donor, its kind."""

    twin: Twin
    outline: BaseGeometry
    donor: Feature
    kind: Kind


@dataclass(frozen=True, slots=True, eq=False)
class _Maker:
    """What makes the controls of one run, one after another."""

    run: Run
    detections: Sequence[Feature]
    rng: np.random.Generator
    sites: dict[str | None, ControlSite] = field(default_factory=dict)
    waiting: list[Feature] = field(default_factory=list)

    def make(self, truth: Control) -> _Made:
        """Make one.

        Raises
        ------
        RunError
            If there is no room.
        """
        for _ in range(_TRIES):
            donor = self._donor()
            site = self._site(donor)
            made = self._unchanged(site, donor) if truth == "unchanged" else self._changed(site, donor)
            if made is not None:
                return made
        raise RunError(
            f"{self.run.path} offers no room for another {truth} control",
            "controls lie on judged ground where nothing was found",
            "ask for fewer",
        )

    def _unchanged(self, site: ControlSite, donor: Feature) -> _Made | None:
        outline = site.quiet.take(site.outline(donor), self.rng)
        if outline is None:
            return None
        window = site.window(outline.centroid.y, outline.centroid.x)
        twin = make_twin(site.pair, site.registration, site.quiet.grid[window], self.rng)
        moved = translate(outline, -window[1].start, -window[0].start)
        return _Made(twin, moved, donor, donor["properties"]["kind"])

    def _changed(self, site: ControlSite, donor: Feature) -> _Made | None:
        places = np.argwhere(site.quiet.free)
        if not len(places):
            return None
        window = site.window(*places[int(self.rng.integers(len(places)))])
        twin = make_twin(site.pair, site.registration, site.quiet.grid[window], self.rng)
        kind = _EVENTS[donor["properties"]["kind"]]
        free = site.free(window) & np.isfinite(twin.before).all(axis=0)
        made = draw_change(twin, site.pair, free, self.rng, kind=kind, like=site.outline(donor))
        if made is None:
            return None
        site.quiet.keep(translate(made.outline, window[1].start, window[0].start))
        return _Made(made.twin, made.outline, donor, kind)

    def _donor(self) -> Feature:
        """Return a detection; the same one again only when all have had their turn."""
        if not self.waiting:
            self.waiting.extend(
                self.detections[place] for place in self.rng.permutation(len(self.detections))
            )
        return self.waiting.pop()

    def _site(self, donor: Feature) -> ControlSite:
        name = donor["properties"]["site_id"]
        if name not in self.sites:
            self.sites[name] = ControlSite.of(self.run, name, donor)
        return self.sites[name]


def make_controls(run: Run, number: int, *, seed: int = 0) -> Key:
    """Make controls of a run, half of them unchanged, and write their images and their key.

    Each looks like a detection of its site: the outline of an unchanged one has the shape of a detection,
    turned, on ground about as rough; a changed one is a building as large as a detection. What the program
    would say of it (which is shown only where the lead lets reviewers see it) is what it said of that
    detection.

    Parameters
    ----------
    number : int
        At least 1. Of an odd number one more is unchanged.
    seed : int
        The same run and seed give the same controls.

    Raises
    ------
    OutputError
        If the run has controls already, or they cannot be written.
    RunError
        If the run has no detections, or offers no room for so many controls.
    """
    if (run.path / REVIEW / KEY).exists():
        raise OutputError(
            f"{run.path / REVIEW / KEY} exists",
            "controls are made once, so that every reviewer is measured on the same",
            "go on with these",
        )
    detections = read_features(run, "changes")
    if not detections:
        raise RunError(f"{run.path} has no detections", "controls resemble detections", "choose another run")
    chance = hashlib.sha256(f"controls|{run.info['run_id']}|{seed}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(chance))
    truths: list[Control] = ["unchanged" if place % 2 == 0 else "changed" for place in range(number)]
    rng.shuffle(truths)
    maker = _Maker(run, detections, rng)
    with _new_folder(run) as folder:
        known = tuple(_written(run, maker.make(truth), truth, folder) for truth in truths)
    key = Key(run_id=run.info["run_id"], seed=seed, controls=known)
    write_key(run, key)
    return key


def _written(run: Run, made: _Made, truth: Control, folder: Path) -> Known:
    twin = made.twin
    geometry = on_the_ground(made.outline, twin.grid)
    said = made.donor["properties"]
    name = change_id(said["site_id"], made.kind, geometry, ControlSite.pair_of(run, said["site_id"]))
    files = []
    for date, pixels in (("before", twin.before), ("after", twin.after)):
        path = folder / f"{handle(run, name)}-{date}.tif"
        write_cog(path, pixels, twin.grid, Labels(nodata=float("nan"), descriptions=twin.bands))
        files.append(path)
    # Areas of detections are whole numbers of pixels.
    pixel_m2 = pixel_area_m2(twin.grid)
    area = round(made.outline.area) * pixel_m2
    properties = {
        **said,
        "id": name,
        "kind": made.kind,
        "area_m2": float(f"{area:.6g}"),
        "review": {"status": "unreviewed", "votes": []},
        "chip": None,
    }
    feature = {"type": "Feature", "id": name, "geometry": mapping(geometry), "properties": properties}
    return Known(
        id=name,
        truth=truth,
        feature=feature,
        files=(files[0].name, files[1].name),
        sha256=(digest(files[0]), digest(files[1])),
    )


@contextmanager
def _new_folder(run: Run) -> Iterator[Path]:
    """Give a folder for images that takes its place when all are written."""
    target = run.path / REVIEW / CONTROLS
    try:
        target.parent.mkdir(exist_ok=True)
        # Images without a key are those of somebody who was stopped.
        shutil.rmtree(target, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=".controls-", dir=target.parent) as partial:
            folder = Path(partial) / CONTROLS
            folder.mkdir()
            yield folder
            folder.rename(target)
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(
            f"{target} could not be written ({error.strerror})",
            "a writable run folder is needed",
            "free space",
        ) from error
