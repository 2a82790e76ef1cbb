"""What figures of a finished run are drawn from: its pair, other dates of the place, and what is around."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.catalogue.scenes import load_scenes
from sitewatch.catalogue.workspace import Workspace
from sitewatch.errors import CatalogueError, CoverageError, RasterError, RegistrationError
from sitewatch.grid import overlap, require_crs, window
from sitewatch.io.results import Run
from sitewatch.pipeline.register import register
from sitewatch.pipeline.registration import Registration
from sitewatch.pipeline.view import Frame, load_registered
from sitewatch.records import Change, Pair, Scene
from sitewatch.report.chips import ChipStyle, ChipView, Context, Look, Neighbour, shown_bands
from sitewatch.report.standing import Standing
from sitewatch.settings import Settings

# A context map is so many times as wide as the frame, and of so many pixels at most.
_AROUND = 5.0
_LEAST_AROUND = 1.5
_CONTEXT_PX = 680
# Ground around the frame that further dates are registered on, in shares of its side.
_MARGIN = 2.0


class Standings(Protocol):
    """A change as it stands; `runs.chips.Decided` is one."""

    @property
    def change(self) -> Change:
        """Return the change."""

    @property
    def standing(self) -> Standing:
        """Return how it stands."""


@dataclass(frozen=True, slots=True)
class Looking:
    """What is needed to look at the changes of a piece of ground.

    Attributes
    ----------
    pair, registration
        Of the run.
    every : tuple
        All changes of the run, for what lies near.
    further : tuple of Scene
        Other dates, for a strip.
    """

    pair: Pair
    registration: Registration
    every: tuple[Standings, ...]
    further: tuple[Scene, ...] = ()

    def viewer(self, one: Standings, style: ChipStyle) -> Callable[[GeoBox, Change], ChipView]:
        """Return what gives a figure its pixels, registered, in the frame in which the change was drawn."""
        found_as = one.standing.found_as or one.change.kind
        frame: Frame = "after" if found_as == "construction" else "before"

        def view(grid: GeoBox, change: Change) -> ChipView:
            plain = self.view(grid, frame)
            return replace(
                plain,
                neighbours=tuple(self._near(change)),
                further=tuple(self._looks(plain, grid, change, frame)) if style.figure == "strip" else (),
                context=self._context(grid, frame) if style.third == "context" else None,
                standing=one.standing,
            )

        return view

    def view(self, grid: GeoBox, frame: Frame = "before") -> ChipView:
        """Return both dates of a frame, registered."""
        before, after = load_registered(self.pair, self.registration, grid, frame=frame)
        bands = tuple(str(name) for name in before.coords["band"].to_numpy())
        return ChipView(before.to_numpy(), after.to_numpy(), bands, grid)

    def _near(self, change: Change) -> Iterator[Neighbour]:
        for other in self.every:
            near = other.change
            if (
                near.id != change.id
                and near.site_id == change.site_id
                and other.standing.status != "rejected"
            ):
                yield Neighbour(near.kind, near.geometry)

    def _context(self, grid: GeoBox, frame: Frame) -> Context:
        wide = _wider(grid, _reach(grid, self.pair.after.grid), _CONTEXT_PX)
        _, after = load_registered(self.pair, self.registration, wide, frame=frame)
        return Context(after.to_numpy(), wide)

    def _looks(self, view: ChipView, grid: GeoBox, change: Change, frame: Frame) -> Iterator[Look]:
        leading = self.pair.before if frame == "before" else self.pair.after
        wanted = shown_bands(view.bands, change.kind)
        for scene in self.further:
            if set(wanted) <= set(scene.band_names):
                look = _look(leading, scene, grid, wanted)
                if look is not None:
                    yield replace(look, pixels=_in_bands(look.pixels, wanted, view.bands))


def scenes_around(run: Run) -> tuple[Scene, ...]:
    """Return the scenes of the workspace that a run lies in, those of the run left out; none without one."""
    root = Path(run.path).resolve().parent.parent
    try:
        found = load_scenes(Workspace.open(root)).scenes
    except CatalogueError:
        return ()
    return tuple(scene for scene in found if scene.id not in run.info["scenes"])


def scenes_of(pairs: Mapping[Any, tuple[Pair, Registration]], scenes: Iterable[Scene]) -> list[Scene]:
    """Return the scenes that overlap one of some pairs."""
    return [
        scene
        for scene in scenes
        if any(_overlap(pair.before.grid, scene.grid) is not None for pair, _ in pairs.values())
    ]


def _look(leading: Scene, scene: Scene, grid: GeoBox, bands: tuple[str, ...]) -> Look | None:
    """Bring a further date onto a frame; None where it does not show it."""
    pair = Pair(leading, scene)
    try:
        registration, note = _registered(pair, grid, bands)
        _, moved = load_registered(pair, registration, grid, bands=bands)
    except (CoverageError, RasterError):
        return None
    pixels = moved.to_numpy()
    return Look(scene, pixels, note) if np.isfinite(pixels).any() else None


def _registered(pair: Pair, grid: GeoBox, bands: tuple[str, ...]) -> tuple[Registration, str]:
    shared = overlap(pair.before.grid, pair.after.grid)
    margin = max(int(_MARGIN * max(grid.shape)), 64)
    ground = window(shared, grid.extent.to_crs(require_crs(shared)), margin=margin)
    moving = Settings().registration
    try:
        return register(pair, ground, bands, max_shift_m=moving.max_shift_m, local=False), ""
    except RegistrationError:
        return Registration(ground), "Not registered: placed by its own georeference."


def _overlap(one: GeoBox, other: GeoBox) -> GeoBox | None:
    try:
        return overlap(one, other)
    except CoverageError:
        return None


def _reach(grid: GeoBox, scene: GeoBox) -> float:
    """Return how many times as wide as a frame its surroundings are, as far as the scene reaches."""
    local = scene.extent.to_crs(require_crs(grid), resolution=math.inf)
    left, top, right, bottom = local.transform(lambda x, y: ~grid.affine * (x, y)).boundingbox.bbox
    rows, cols = grid.shape
    # A scene that lies askew, or a frame at its edge: nothing outside is shown more than need be.
    room = 2 * min(cols / 2 - left, right - cols / 2, rows / 2 - top, bottom - rows / 2)
    return min(max(room / max(rows, cols), _LEAST_AROUND), _AROUND)


def _wider(grid: GeoBox, times: float, most: int) -> GeoBox:
    """Return a frame around the same middle, some times as wide."""
    rows, cols = grid.shape
    side = times * max(rows, cols)
    pixels = min(round(side), most)
    affine = (
        grid.affine * Affine.translation((cols - side) / 2, (rows - side) / 2) * Affine.scale(side / pixels)
    )
    return GeoBox((pixels, pixels), affine, grid.crs)


def _in_bands(
    pixels: NDArray[np.float32], have: tuple[str, ...], want: tuple[str, ...]
) -> NDArray[np.float32]:
    """Put bands where a view has them; what a scene lacks is NaN."""
    out = np.full((len(want), *pixels.shape[1:]), np.nan, np.float32)
    for layer, name in zip(pixels, have, strict=True):
        out[want.index(name)] = layer
    return out
