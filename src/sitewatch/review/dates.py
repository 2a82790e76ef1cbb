"""Other dates of a place: the scenes of the workspace, if the run lies in one, that show it too."""

from dataclasses import dataclass, field

from shapely.geometry.base import BaseGeometry

from sitewatch.catalogue.scenes import load_scenes
from sitewatch.catalogue.workspace import Workspace
from sitewatch.errors import SitewatchError
from sitewatch.grid import WGS84
from sitewatch.io.results import Run
from sitewatch.records import Pair, Scene

# A strip of more dates than this is no longer taken in.
_MOST = 24


@dataclass(slots=True)
class OtherDates:
    """The scenes of a run's workspace, with the ground that they show."""

    scenes: tuple[tuple[Scene, BaseGeometry], ...] = field(default=())

    @classmethod
    def of(cls, run: Run) -> "OtherDates":
        """Look for the workspace around a run; without one there are no other dates."""
        try:
            # Runs lie in a folder of their workspace.
            workspace = Workspace.open(run.path.resolve().parent.parent)
            scenes = load_scenes(workspace).scenes
        except SitewatchError:
            return cls()
        return cls(tuple((scene, scene.grid.extent.to_crs(WGS84).geom) for scene in scenes))

    def showing(self, geometry: BaseGeometry, pair: Pair) -> list[Scene]:
        """Return the scenes that show all of an outline (WGS84) and are not of its pair, oldest first."""
        known = {pair.before.id, pair.after.id}
        found = [
            scene
            for scene, extent in self.scenes
            if scene.id not in known and scene.datetime is not None and extent.contains(geometry)
        ]
        found.sort(key=lambda scene: (scene.datetime.timestamp() if scene.datetime else 0.0, scene.id))
        return found[:_MOST]
