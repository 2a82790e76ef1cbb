"""One run of the whole chain on a window with implants: which of them were found."""

import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.grid import gsd_m
from sitewatch.io.rasters import burn
from sitewatch.pipeline.detect import detect
from sitewatch.pipeline.detection import Detection
from sitewatch.pipeline.seeing import Sight, fit_sight
from sitewatch.records import KIND_CODES, NOT_ASSESSABLE, Kind, Site
from sitewatch.runs.ground import site_ground
from sitewatch.runs.smallest.ground import Ground
from sitewatch.runs.smallest.implanting import Event, Planned, half_diagonal_m, implant_pair, plan
from sitewatch.runs.smallest.places import Room, roughness
from sitewatch.settings import Settings

# Share of an implant's footprint that detections must cover: as where detections are held against labels.
OVERLAP = 0.3
# Side of the largest window of one run, pixels: of a larger site each run sees another part.
MOST_PX = 768
# By which date's georeference a kind is drawn.
_IN_AFTER: Mapping[Kind, bool] = MappingProxyType(
    {"construction": True, "burning": False, "demolition": False}
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one implant.

    Attributes
    ----------
    found : bool
        Detections of the three kinds, of whichever, cover enough of it.
    named : bool
        Those of its own kind alone do.
    inside : bool
        It lay in the site, not on ground around it.
    """

    kind: Event
    area_m2: float
    found: bool
    named: bool
    inside: bool


@dataclass(frozen=True, slots=True, eq=False)
class Trials:
    """What every run on a site's images needs.

    Attributes
    ----------
    detection : Detection
        Of the images as they are, on ground that holds the site.
    """

    site: Site
    detection: Detection
    settings: Settings
    sight: Sight
    pool: Executor | None = None
    _kept: dict[GeoBox, Ground] = field(default_factory=dict)

    @classmethod
    def of(
        cls, site: Site, detection: Detection, settings: Settings, *, pool: Executor | None = None
    ) -> "Trials":
        """Take from the whole scenes what tells seen from unseen ground."""
        masking = settings.masking
        sight = fit_sight(detection.pair, provider=masking.provider, grow_m=masking.grow_m)
        return cls(site, detection, settings, sight, pool)

    def largest_m2(self) -> float:
        """Return the largest building that fits into the site's ground, m2."""
        grid = site_ground(self.site, self.detection.pair)
        codes = _cropped(self.detection, grid)
        inside = burn([(self.site.geometry, 1)], grid) > 0
        rough = np.zeros(codes.shape, np.float32)
        return Room(codes == 0, inside, rough, gsd_m(grid)).largest_m2()

    def run(self, wanted: Sequence[tuple[Event, float]], seed: int) -> list[Outcome]:
        """Implant changes of the kinds and areas (m2) wanted, run the chain, and say which were found.

        Fewer come back than were wanted where there is no room. The same seed gives the same implants.

        Raises
        ------
        SitewatchError
            What the recipe raises, and if a file cannot be written.
        """
        rng = np.random.default_rng(seed)
        grid = self._window(rng)
        ground = self._read(grid)
        room = Room(
            _cropped(self.detection, grid) == 0,
            burn([(self.site.geometry, 1)], grid) > 0,
            roughness(*ground.seen),
            gsd_m(grid),
        )
        planned = []
        # Large ones first: small ones find room between them.
        for kind, area in sorted(wanted, key=lambda one: -one[1]):
            place = room.take(area, half_diagonal_m(area), rng)
            if place is not None:
                planned.append(plan(ground, place, rng, kind=kind, area_m2=area))
        return self._judged(ground, planned) if planned else []

    def _judged(self, ground: Ground, planned: Sequence[Planned]) -> list[Outcome]:
        with tempfile.TemporaryDirectory(prefix="sitewatch-implants-") as folder:
            pair = implant_pair(ground, planned, Path(folder))
            found = detect(pair, ground.grid, self.settings, pool=self.pool, sight=self.sight)
        return [outcome(one, found.change, ground) for one in planned]

    def _read(self, grid: GeoBox) -> Ground:
        """Read a window, or return it if the run before had the same."""
        if grid not in self._kept:
            self._kept.clear()
            self._kept[grid] = Ground.read(
                self.detection.pair,
                self.detection.registration,
                grid,
                margin_m=self.settings.registration.max_shift_m,
            )
        return self._kept[grid]

    def _window(self, rng: np.random.Generator) -> GeoBox:
        """Return the ground of one run: the site's own, or of a large site a part around a random place."""
        grid = site_ground(self.site, self.detection.pair)
        if max(grid.shape) <= MOST_PX:
            return grid
        places = np.argwhere(burn([(self.site.geometry, 1)], grid) > 0)
        middle = places[int(rng.integers(len(places)))] if len(places) else np.array(grid.shape) // 2
        rows, cols = (
            slice(start, min(start + MOST_PX, length))
            for at, length in zip(middle, grid.shape, strict=True)
            for start in [int(np.clip(at - MOST_PX // 2, 0, max(length - MOST_PX, 0)))]
        )
        return grid[rows, cols]


def outcome(planned: Planned, change: NDArray[np.uint8], ground: Ground) -> Outcome:
    """Say whether an implant was found in a map of kinds, each kind looked for where it is drawn."""
    covered: dict[Kind, float] = {}
    for kind, in_after in _IN_AFTER.items():
        window, share = planned.shares(ground, in_after=in_after)
        covered[kind] = float(share[change[window] == KIND_CODES[kind]].sum() / max(share.sum(), 1e-9))
    made = planned.implant
    return Outcome(
        made.kind,
        made.area_m2,
        found=sum(covered.values()) >= OVERLAP,
        named=covered[made.kind] >= OVERLAP,
        inside=planned.place.inside,
    )


def _cropped(detection: Detection, grid: GeoBox) -> NDArray[np.uint8]:
    """Return the codes of a detection on a part of its grid; 255 beyond its edges."""
    codes = np.full(grid.shape, NOT_ASSESSABLE, np.uint8)
    left, top = (round(value) for value in ~detection.grid.affine * (grid.affine.c, grid.affine.f))
    rows, cols = (
        (max(-start, 0), min(length, whole - start))
        for start, length, whole in zip((top, left), grid.shape, detection.change.shape, strict=True)
    )
    codes[rows[0] : rows[1], cols[0] : cols[1]] = detection.change[
        top + rows[0] : top + rows[1], left + cols[0] : left + cols[1]
    ]
    return codes
