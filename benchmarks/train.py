"""What forty reviews are worth, on drawn pairs as the models do not know them: ``sitewatch train`` measured.

Every round draws places of its own. Detections of some are reviewed by the truth, and train a last stage;
others, which nobody reviewed, are compared with and without it.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

import sitewatch as sw
from sitewatch.evaluate import ObjectCounts, evaluate
from sitewatch.evaluate.decisions import decide
from sitewatch.evaluate.table import markdown
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.models.last_stage import Figures, LastStage, foretold, reliability, shipped
from sitewatch.records import NOT_ASSESSABLE
from sitewatch.runs.reviewed import DECIDED, Detected, detections
from sitewatch.runs.training import train, write_stage
from sitewatch.settings import Chips, Settings
from sitewatch.settings import Model as ModelSettings
from sitewatch.simulate.pair import DrawnPair, draw_pair
from sitewatch.simulate.recipe import AFTER, BEFORE, GROUNDS, RGB, SIX, Friend, Recipe

REVIEWS = 40
ROUNDS = 5
# Places of one round that are compared and not reviewed.
HELD = 6
_KINDS = ("construction", "burning", "demolition")


@dataclass(frozen=True, slots=True)
class Domain:
    """Imagery as the models do not know it: haze, another light, and what is easily taken for a change.

    Attributes
    ----------
    resolution_m : float
    bands : tuple of str
    side : int
        Of a drawn pair, pixels.
    friends : tuple of Friend
        False friends, of which each place has two.
    """

    resolution_m: float
    bands: tuple[str, ...]
    side: int
    friends: tuple[Friend, ...]

    def recipe(self, seed: int) -> Recipe:
        """Return what is drawn at one seed."""
        rng = np.random.default_rng(seed)
        chosen = rng.choice(len(self.friends), 2, replace=False)
        after = replace(
            AFTER,
            haze=float(rng.uniform(0.25, 0.45)),
            sun_elevation=float(rng.uniform(25, 35)),
            sun_azimuth=220.0,
            gain=0.9,
            cast=0.15,
        )
        return Recipe(
            resolution_m=self.resolution_m,
            bands=self.bands,
            size=(self.side, self.side),
            ground=GROUNDS[seed % len(GROUNDS)],
            friends=tuple(self.friends[k] for k in chosen),
            before=replace(BEFORE, haze=0.05),
            after=after,
        )


DOMAINS: Mapping[str, Domain] = MappingProxyType(
    {
        "fine": Domain(0.5, RGB, 320, ("repaint", "lean", "flood", "ploughing", "shadow", "smoke")),
        "coarse": Domain(5.0, SIX, 240, ("harvest", "flood", "ploughing", "wet_soil", "smoke", "snow")),
    }
)


@dataclass(frozen=True, slots=True)
class Side:
    """What was found on places that nobody reviewed.

    Attributes
    ----------
    objects : ObjectCounts
        Typed: a detection must be of the right kind.
    told : (n,) float
        Confidence of each detection, before any is dropped.
    right : (n,) bool
    """

    objects: ObjectCounts
    told: NDArray[np.float64]
    right: NDArray[np.bool_]

    @property
    def figures(self) -> Figures:
        """Brier score and log loss of the confidences."""
        return Figures.of(self.told, self.right)


@dataclass(frozen=True, slots=True)
class Round:
    """One round: how many were reviewed, and both sides."""

    reviewed: int
    before: Side
    after: Side


@dataclass(frozen=True, slots=True)
class Place:
    """A drawn pair in files, compared."""

    folder: Path
    pair: DrawnPair

    @classmethod
    def draw(cls, folder: Path, recipe: Recipe, seed: int) -> "Place":
        """Draw a pair and its truth into a folder, and compare it with what comes with sitewatch."""
        pair = draw_pair(recipe, seed)
        folder.mkdir(parents=True)
        for name, scene in (("before", pair.before), ("after", pair.after)):
            write_geotiff(folder / f"{name}.tif", scene.pixels, scene.grid, Labels(descriptions=scene.bands))
        place = cls(folder, pair)
        write_geotiff(folder / "truth.tif", place.truth[None], pair.before.grid, Labels(nodata=None))
        place.compare("plain", ModelSettings())
        return place

    @property
    def truth(self) -> NDArray[np.uint8]:
        """Codes of kinds; 255 where nobody would count or blame."""
        return np.where(self.pair.doubtful, np.uint8(NOT_ASSESSABLE), self.pair.truth)

    def compare(self, name: str, model: ModelSettings) -> sw.Run:
        """Compare the pair into a run of some name, in which no chip is drawn."""
        files = (self.folder / "before.tif", self.folder / "after.tif")
        settings = Settings(chips=Chips(most=0), model=model)
        return sw.compare(*files, out=self.folder / name, jobs=1, settings=settings)

    def decided(self) -> list[Detected]:
        """Return the detections of the plain run of which the truth decides."""
        run = sw.Run.open(self.folder / "plain")
        status = decide(run, self.truth, self.pair.before.grid)
        found = (replace(one, status=status[one.id]) for one in detections(run))
        return [one for one in found if one.status in DECIDED]

    def counts(self, name: str) -> ObjectCounts:
        """Count the objects of a run, kind by kind."""
        scores = evaluate(self.folder / "truth.tif", self.folder / name)
        return sum((scores.objects[kind] for kind in _KINDS), ObjectCounts())


def run_round(domain: Domain, number: int, *, reviews: int = REVIEWS, held: int = HELD) -> Round:
    """Review some places, train, and compare others with and without what was learned."""
    with tempfile.TemporaryDirectory(prefix="sitewatch-shift-") as temporary:
        folder, first = Path(temporary), 1000 * (number + 1)
        places, chosen = _reviewed(domain, folder, first, reviews)
        decisions = folder / "decisions.csv"
        lines = [f"{one.id},{one.status}\n" for one in chosen]
        decisions.write_text("".join(["id,status\n", *lines]), "utf-8")
        training = train([place.folder / "plain" for place in places], [decisions], seed=number)
        file = folder / "last-stage.json"
        write_stage(training.stage, file, overwrite=False)
        others = [
            Place.draw(folder / str(seed), domain.recipe(seed), seed)
            for seed in range(first + 500, first + 500 + held)
        ]
        for place in others:
            place.compare("trained", ModelSettings(last_stage=file))
        sides = (
            _side(others, name, stage) for name, stage in (("plain", shipped()), ("trained", training.stage))
        )
        return Round(len(chosen), *sides)


def _reviewed(domain: Domain, folder: Path, first: int, reviews: int) -> tuple[list[Place], list[Detected]]:
    """Draw places until there are so many detections to review."""
    places: list[Place] = []
    found: list[Detected] = []
    while len(found) < reviews:
        seed = first + len(places)
        places.append(Place.draw(folder / str(seed), domain.recipe(seed), seed))
        found += places[-1].decided()
    return places, found[:reviews]


def _side(places: Sequence[Place], name: str, stage: LastStage) -> Side:
    found = [one for place in places for one in place.decided()]
    told = [foretold(stage.of(one.model), [one.reviewed()])[0] for one in found]
    return Side(
        objects=sum((place.counts(name) for place in places), ObjectCounts()),
        told=np.array(told, float),
        right=np.array([one.status == "confirmed" for one in found], bool),
    )


def report(names: Sequence[str] = tuple(DOMAINS), rounds: int = ROUNDS) -> Iterator[str]:
    """Yield the tables of some domains."""
    for name in names:
        done = [run_round(DOMAINS[name], number) for number in range(rounds)]
        yield f"{name}: {REVIEWS} reviews a round; other places, before -> after\n"
        yield rounds_table(done) + "\n"
        yield reliability_table(done) + "\n"


def rounds_table(done: Sequence[Round]) -> str:
    """Return precision, recall and F1 of objects and the Brier score: each round, their mean and spread."""
    rows = [_numbers(one) for one in done]
    spread = np.std(rows, axis=0, ddof=1) if len(rows) > 1 else np.zeros(len(rows[0]))
    texts = [[str(i + 1), *_arrows(row)] for i, row in enumerate(rows)]
    texts += [["mean", *_arrows(np.mean(rows, axis=0))], ["spread", *_arrows(spread)]]
    return markdown(("round", "object P", "object R", "object F1", "Brier"), texts)


def reliability_table(done: Sequence[Round]) -> str:
    """Return how often detections of a confidence were right, all rounds together."""
    rows = []
    for word, sides in (("before", [one.before for one in done]), ("after", [one.after for one in done])):
        told, right = (np.concatenate([getattr(side, what) for side in sides]) for what in ("told", "right"))
        rows += [
            [
                word,
                f"{one.low:.1f} to {one.high:.1f}",
                str(one.detections),
                f"{one.told:.2f}",
                f"{one.right:.2f}",
            ]
            for one in reliability(told, right)
        ]
    return markdown(("side", "confidence", "detections", "mean", "right"), rows)


def _numbers(one: Round) -> list[float]:
    sides = (one.before, one.after)
    return [
        value
        for what in ("precision", "recall", "f1")
        for value in (getattr(side.objects, what) for side in sides)
    ] + [side.figures.brier for side in sides]


def _arrows(row: Sequence[float] | NDArray[np.float64]) -> list[str]:
    return [f"{row[i]:.2f} -> {row[i + 1]:.2f}" for i in range(0, len(row), 2)]
