"""The search, on sites whose curves are known; and what is said of what it found."""

import math
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox

from sitewatch.io.results.properties import plain
from sitewatch.runs.smallest.search import KINDS_SOUGHT, find_smallest
from sitewatch.runs.smallest.table import CLASSES, Typical, class_of, typical
from sitewatch.runs.smallest.trial import Outcome
from sitewatch.runs.smallest.words import measured_words, typical_words
from sitewatch.settings import Objects, Settings

SHARES = {"construction": (60.0, 0.0), "burning": (120.0, 0.0), "demolition": (60.0, 0.6)}


class Site:
    """Finds implants by known curves: middle (m2) and lapse a kind."""

    def __init__(self, room: int = 99, largest: float = 5000.0, pixel: float = 0.5) -> None:
        self.site = SimpleNamespace(id="drawn")
        grid = GeoBox((400, 400), Affine(pixel, 0, 0, 0, -pixel, 0), "EPSG:32631")
        self.detection = SimpleNamespace(grid=grid)
        self.runs: list[list[tuple[Any, float]]] = []
        self._room, self._largest = room, largest

    def largest_m2(self) -> float:
        return self._largest

    def run(self, wanted: Sequence[tuple[Any, float]], seed: int) -> list[Outcome]:
        rng = np.random.default_rng(seed)
        self.runs.append(list(wanted))
        return [self._fate(kind, area, rng) for kind, area in wanted[: self._room]]

    def _fate(self, kind: Any, area: float, rng: np.random.Generator) -> Outcome:
        middle, lapse = SHARES[kind]
        found = bool(rng.random() < (1 - lapse) / (1 + (middle / area) ** 3))
        return Outcome(kind, area, found, found, True)


def search(site: Site, runs: int = 8) -> Any:
    return find_smallest(site, runs)  # type: ignore[arg-type] # stands in for runs of the chain


def test_sizes_are_near_the_truth_and_hopeless_kinds_are_given_up():
    site = Site()
    found = search(site)
    # Found nine times in ten: middle times 9 ** (1 / 3).
    assert 60 < found.m2["construction"] < 4 * 60 * 2.08
    assert 120 < found.m2["burning"] < 4 * 120 * 2.08
    assert math.isnan(found.m2["demolition"])
    assert found.at_most["demolition"] < 0.6
    assert found.enough
    assert not found.blind
    assert {kind for kind, _ in site.runs[0]} == set(KINDS_SOUGHT)
    assert "demolition" not in {kind for kind, _ in site.runs[-1]}
    assert len({area for _, area in site.runs[0]} & {area for _, area in site.runs[1]}) == 0


def test_no_size_larger_than_fits_is_tried_or_stated():
    found = search(Site(largest=200.0))
    assert found.largest_m2 == 200
    assert max(one.area_m2 for one in found.outcomes) <= 200
    assert all(math.isnan(area) or area <= 200 for area in found.m2.values())


def test_coarse_pixels_set_the_sizes():
    found = search(Site(pixel=10.0, largest=1e9))
    assert min(one.area_m2 for one in found.outcomes) >= 200
    assert found.largest_m2 == 100 * 100


def test_without_room_nothing_is_enough():
    assert not search(Site(room=1)).enough


def test_what_was_measured_can_be_written():
    facts = plain(search(Site()).to_dict())
    demolition = facts["kinds"]["demolition"]
    assert demolition["min_detectable_m2"] is None
    assert demolition["implants"] == len(demolition["ladder"])
    assert sum(found for _, found in demolition["ladder"]) == demolition["found"]
    assert demolition["ladder"] == sorted(demolition["ladder"])


def test_the_sentence_tells_what_would_have_been_found_and_what_not():
    found = replace(search(Site()), m2={"construction": 130.0, "burning": 1200.0, "demolition": math.nan})
    said = measured_words(replace(found, at_most={"demolition": 0.41}, largest_m2=1500.0))
    assert said.startswith(
        "a new building of at least 130 m2 or a burned building of at least 1,200 m2 would have been found "
        "with 90 % probability; no demolished building that fits into the site could be shown to be found "
        "with 90 % probability (of the largest that would fit, 1,500 m2: about 41 %)"
    )
    assert f"{len(found.outcomes)} buildings were implanted" in said
    known = Typical(CLASSES[0], found.m2, {"demolition": 0.5}, 900.0, {})
    assert typical_words(known).startswith("in imagery of this kind (pixels up to 1 m) a new building of")
    assert "typically" in typical_words(known)
    assert "of the largest that were tried, 900 m2: about 50 %" in typical_words(known)


@pytest.mark.parametrize(
    ("model", "pixel", "place"),
    [("fine", 0.3, 0), ("fine", 1.0, 0), ("fine", 2.0, 1), ("coarse", 5.0, 2), ("coarse", 10.0, 2),
     ("coarse", 20.0, 3), ("coarse", 30.0, 3), ("coarse", 90.0, None), ("plain", 0.5, None)],
)  # fmt: skip
def test_classes_of_imagery(model: str, pixel: float, place: int | None):
    assert class_of(model, pixel) == (None if place is None else CLASSES[place])


def test_the_table_holds_for_the_settings_it_was_measured_with():
    detection: Any = SimpleNamespace(grid=Site().detection.grid, facts={"model": {"name": "fine"}})
    known = typical(detection, Settings())
    assert known is not None
    assert set(known.m2) == set(KINDS_SOUGHT) == set(known.at_most)
    assert all(not area < 12 for area in known.m2.values())
    assert typical(detection, Settings(objects=Objects(min_score=0.7))) is None
    detection.facts["model"]["name"] = "a network of one's own"
    assert typical(detection, Settings()) is None
