"""The desk at which a reviewer works: his session, the ground of each item, and the imagery of it."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

from shapely import STRtree
from shapely.geometry import MultiPoint, box, shape
from shapely.geometry.base import BaseGeometry

from sitewatch.errors import RunError
from sitewatch.io.results import Run, read_features
from sitewatch.records import Scene
from sitewatch.review.dates import OtherDates
from sitewatch.review.imagery import Box, Imagery, Kept, Sight
from sitewatch.review.items import Item, shown
from sitewatch.review.looks import Look, looks
from sitewatch.review.places import Place
from sitewatch.review.session import Session

# Pairs whose facts are kept at hand, and outlines brought onto their frames.
_PLACES, _OUTLINES = 64, 4096
# How far around an outline its neighbours are shown, pixels of the frame, and at most how many.
_NEAR, _MOST = 600, 200


class Desk:
    """What the page asks of a session, item by item.

    Attributes
    ----------
    session : Session
    imagery : Imagery
    dates : OtherDates
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.imagery = Imagery()
        self.dates = OtherDates.of(session.run)
        self._helper = ThreadPoolExecutor(1, thread_name_prefix="overviews")
        self._places: Kept[Place] = Kept(_PLACES)
        self._outlines: Kept[BaseGeometry] = Kept(_OUTLINES)

    @property
    def run(self) -> Run:
        """The run that is looked at."""
        return self.session.run

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Names of the sites, by id."""
        return {
            str(feature["properties"]["site_id"]): str(feature["properties"].get("name") or "")
            for feature in read_features(self.run, "sites")
        }

    @cached_property
    def geometries(self) -> list[BaseGeometry]:
        """Outlines of the items as detected, WGS84."""
        return [shape(item.feature["geometry"]) for item in self.session.items]

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Places of the items in the queue, by id."""
        return {item.id: number for number, item in enumerate(self.session.items)}

    def item(self, number: int) -> Item:
        """Return an item by its place in the queue.

        Raises
        ------
        RunError
            If there is none.
        """
        if not 0 <= number < len(self.session.items):
            raise RunError(f"number {number}", f"the queue has {len(self.session.items)}", "go to another")
        return self.session.items[number]

    def place(self, item: Item) -> Place:
        """Return the ground of an item."""
        # A control has images of its own; detections of one site share theirs.
        key = ("site", item.site_id) if item.scenes is None else ("control", item.id)
        return self._places.get(key, lambda: self._made(item))

    def outline(self, number: int) -> BaseGeometry:
        """Return an item's outline as detected, on the frame of its place."""
        item = self.item(number)
        return self._outlines.get(
            number,
            lambda: self.place(item).outline(self.geometries[number], item.feature["properties"]["kind"]),
        )

    def box(self, number: int) -> Box:
        """Return the bounds of an item's outline on the frame."""
        left, top, right, bottom = self.outline(number).bounds
        return left, top, right, bottom

    def neighbours(self, number: int) -> list[int]:
        """Return the numbers of items of the same site near an item, nearest first.

        None where there are controls, around which nothing is.
        """
        if self.session.has_controls:
            return []
        item, place = self.item(number), self.place(self.item(number))
        left, top, right, bottom = box(*self.box(number)).buffer(_NEAR).bounds
        corners = place.longitudes([(x, y) for x in (left, right) for y in (top, bottom)])
        window = MultiPoint(corners).envelope
        near = [
            int(other)
            for other in self._tree.query(window)
            if other != number and self.session.items[other].site_id == item.site_id
        ]
        mine = self.geometries[number]
        return sorted(near, key=lambda other: mine.distance(self.geometries[other]))[:_MOST]

    def looks(self, item: Item) -> tuple[Look, ...]:
        """Return the ways of looking at an item's pair."""
        return looks(self.place(item).bands)

    def others(self, number: int) -> list[Scene]:
        """Return the scenes of other dates that show an item; none where there are controls."""
        if self.session.has_controls:
            return []
        return self.dates.showing(self.geometries[number], self.place(self.item(number)).pair)

    def sight(self, number: int, date: str, look: str) -> Sight:
        """Return what is looked at.

        Parameters
        ----------
        date : str
            ``before``, ``after``, or the place of another date in the strip.
        look : str
            Name of a look; another date that lacks its bands is shown in the first look that it has.

        Raises
        ------
        RunError
            If there is no such date or look.
        """
        item = self.item(number)
        place = self.place(item)
        scene = self._scene(number, place, date)
        choices = looks(place.bands if date in {"before", "after"} else scene.band_names)
        chosen = [each for each in choices if each.name == look]
        if not chosen and date in {"before", "after"}:
            raise RunError(f"the look {look!r}", "one that both scenes have is needed", "choose another")
        return Sight(place, self.box(number), scene, (chosen or choices)[0])

    def close(self) -> None:
        """Close the scenes' files."""
        self._helper.shutdown(cancel_futures=True)
        self.imagery.close()

    def _made(self, item: Item) -> Place:
        try:
            place = Place(*shown(self.run, item))
        except (LookupError, StopIteration, TypeError, ValueError) as error:
            raise RunError(
                f"{self.run.path} does not say from which scenes {item.site_id or 'overlap'} was judged",
                "the scenes and the registration of each site are needed",
                "run the detection again",
            ) from error
        # Whoever zooms out of a large scene without overviews is not kept waiting for them.
        for scene in (place.pair.before, place.pair.after):
            self._helper.submit(self.imagery.prepare, scene)
        return place

    @cached_property
    def _tree(self) -> STRtree:
        return STRtree(self.geometries)

    def _scene(self, number: int, place: Place, date: str) -> Scene:
        if date in {"before", "after"}:
            scene: Scene = getattr(place.pair, date)
            return scene
        others = self.others(number)
        if not date.isdecimal() or int(date) >= len(others):
            raise RunError(f"the date {date!r}", f"there are {len(others)} others", "choose one of them")
        return others[int(date)]


def plain(outline: BaseGeometry) -> list[Any]:
    """Return polygons as lists of rings of [column, row], to a hundredth of a pixel."""
    parts = getattr(outline, "geoms", [outline])
    return [
        [
            [[round(x, 2), round(y, 2)] for x, y, *_ in ring.coords[:-1]]
            for ring in (part.exterior, *part.interiors)
        ]
        for part in parts
        if part.geom_type == "Polygon"
    ]
