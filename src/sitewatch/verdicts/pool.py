"""Placements of quiet pairs: what a site is ranked among. A file of numbers, no pixels."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from sitewatch.errors import ModelError
from sitewatch.kernels.placebo import Likeness, nearest, rank

Numbers = NDArray[np.float64]

# What is known of a placement. Areas, scores and lengths are logarithms; cover is relative to the scene.
COLUMNS = (
    "area", "score", "plain", "brightness", "edges", "vegetation", "level", "plain_level",
)  # fmt: skip
AREA, SCORE, PLAIN, LEVEL = 0, 1, 2, 6
_COVER = slice(3, 6)
# How much a unit of each counts when placements are compared: cover, area, level of the scene.
_WEIGHTS = np.array([1.0, 1.0, 1.0, 0.7, 0.25])
_FURTHEST = 4.0
# A site is ranked among this share of a pool's placements, and so many at least and at most; support is the
# distance of the 50th.
_SHARE = 1 / 12
_LEAST, _MOST = 200, 1500
SUPPORT = 50
# Fewer grounds than this say too little of how scenes differ from one another.
LEAST_GROUNDS = 10
VERSION = 1


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Placements on one or more grounds.

    Attributes
    ----------
    ground : (n,) int64
        Which ground a placement lies on.
    values : (n, 8) float64
        `COLUMNS`.
    """

    ground: NDArray[np.int64]
    values: Numbers

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """How a site stands among the placements of a pool.

    Attributes
    ----------
    p_value : float
        Of the score, 0 < p <= 1.
    plain : float
        Of the plain change vector, 0 < p <= 1.
    support : float
        Distance of the 50th nearest placement; `Pool.usual` is what is usual.
    scores : (k,) float64
        What the placements that it was ranked among hold, as `COLUMNS` has it.
    """

    p_value: float
    plain: float
    support: float
    scores: Numbers

    @property
    def among(self) -> int:
        """How many placements it was ranked among."""
        return len(self.scores)


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Placements of quiet pairs that one model looked at.

    Attributes
    ----------
    model : str
        The model whose scores these are.
    rows : Rows
    grounds : tuple of str
        What they lie on.
    usual : float
        Distance of the 50th nearest placement on other grounds that 99 in 100 placements stay below.
    facts : mapping
        JSON-ready: where it came from.
    """

    model: str
    rows: Rows
    grounds: tuple[str, ...]
    usual: float
    facts: Mapping[str, Any]

    def stand(self, site: Numbers, *, without: int | None = None) -> Standing:
        """Rank a site, (8,) as `COLUMNS`, among the placements that are most like it.

        Parameters
        ----------
        without : int, optional
            A ground that is left out: the site's own, when the pool itself is put to the test.
        """
        kept = np.flatnonzero(self.rows.ground != without) if without is not None else slice(None)
        values = self.rows.values[kept]
        like = _like(values, site)
        theirs = values[like.which]
        return Standing(
            p_value=rank(float(site[SCORE]), theirs[:, SCORE]),
            plain=rank(float(site[PLAIN]), theirs[:, PLAIN]),
            support=float(like.distance[min(SUPPORT, len(like.distance)) - 1]),
            scores=theirs[:, SCORE],
        )

    def level_rank(self, level: float, area: float) -> float:
        """Return the share of quiet grounds whose level of scores is as high as this or higher, 0..1.

        Parameters
        ----------
        level, area : float
            As a row of the pool has them. Larger footprints hold more, on any ground: each ground is taken at
            the size of footprint that is nearest.
        """
        return rank(level, np.array([_level(rows, area) for _, rows in self.by_ground()]))

    def by_ground(self) -> list[tuple[str, Numbers]]:
        """Return the placements of each ground, with its name, as `make_pool` takes them."""
        return [
            (name, self.rows.values[self.rows.ground == place]) for place, name in enumerate(self.grounds)
        ]

    def save(self, file: Path) -> None:
        """Write the pool."""
        head = {"version": VERSION, "model": self.model, "grounds": self.grounds, "usual": self.usual}
        with file.open("wb") as out:
            np.savez_compressed(
                out,
                head=np.array(json.dumps({**head, "facts": dict(self.facts)})),
                ground=self.rows.ground.astype(np.int16),
                values=self.rows.values.astype(np.float16),
            )

    @classmethod
    def load(cls, file: Path) -> "Pool":
        """Read a pool.

        Raises
        ------
        ModelError
            If the file is no pool, or one of another version.
        """
        try:
            with file.open("rb") as stream, np.load(stream, allow_pickle=False) as held:
                head = json.loads(str(held["head"]))
                rows = Rows(held["ground"].astype(np.int64), held["values"].astype(np.float64))
            known = head["version"] == VERSION and rows.values.shape[1:] == (len(COLUMNS),)
            pool = cls(head["model"], rows, tuple(head["grounds"]), float(head["usual"]), dict(head["facts"]))
        except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile) as error:
            raise _no_pool(file, str(error)) from error
        if not known:
            raise _no_pool(file, f"version {head['version']}")
        return pool


def _no_pool(file: Path, why: str) -> ModelError:
    return ModelError(
        f"{file} is no pool of placements ({why})",
        "a file that `sitewatch calibrate --pool` wrote is needed",
        "make it again, or leave it out",
    )


def make_pool(model: str, found: Sequence[tuple[str, Numbers]], facts: Mapping[str, Any]) -> Pool:
    """Put together the placements of quiet grounds.

    Parameters
    ----------
    found : sequence of (name, (n, 8) float64)
        One entry a ground.
    """
    rows = Rows(
        np.repeat(np.arange(len(found)), [len(values) for _, values in found]).astype(np.int64),
        np.concatenate([values for _, values in found]),
    )
    return Pool(model, rows, tuple(name for name, _ in found), _usual(rows), facts)


def pool_of(model: str, own: Path | None = None) -> Pool | None:
    """Return the pool for a model's scores: a file of the user's, else the one that comes with sitewatch.

    None where there is none, or where it was made with another model or of too few grounds.

    Raises
    ------
    ModelError
        If `own` is no pool.
    """
    pool = _read(own) if own is not None else _shipped(model)
    if pool is None or pool.model != model or len(pool.grounds) < LEAST_GROUNDS:
        return None
    return pool


@cache
def _shipped(model: str) -> Pool | None:
    file = Path(str(files("sitewatch.verdicts") / "pools" / f"{model}.npz"))
    return Pool.load(file) if file.is_file() else None


@cache
def _read(file: Path) -> Pool:
    return Pool.load(file)


def _like(values: Numbers, site: Numbers) -> Likeness:
    number = min(max(round(len(values) * _SHARE), _LEAST), _MOST)
    return nearest(_features(values), _features(site[None])[0], number)


def _features(values: Numbers) -> Numbers:
    cover = np.clip(values[:, _COVER], -_FURTHEST, _FURTHEST)
    return np.asarray(np.column_stack([cover, values[:, AREA], values[:, LEVEL]]) * _WEIGHTS)


def _level(rows: Numbers, area: float) -> float:
    return float(rows[np.argmin(np.abs(rows[:, AREA] - area)), LEVEL])


def _usual(rows: Rows) -> float:
    """Return the distance of the 50th nearest placement on other grounds that 99 in 100 stay below."""
    features = _features(rows.values)
    found = []
    for at in range(0, len(rows), max(1, len(rows) // 500)):
        others = features[rows.ground != rows.ground[at]]
        if len(others):
            found.append(nearest(others, features[at], SUPPORT).distance[-1])
    return float(np.percentile(found, 99)) if found else 0.0
