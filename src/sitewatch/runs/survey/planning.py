"""A sample planned: from a table of strata to the sites to draw of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sitewatch.errors import SurveyError
from sitewatch.io.vectors import read_rows
from sitewatch.survey import Allocation, Plan, Strata, Wish, expected, smallest


@dataclass(frozen=True, slots=True)
class Asked:
    """What a plan shall answer.

    Attributes
    ----------
    strata : Strata
    names : tuple of str
        Of the strata, in their order.
    wish : Wish or None
        None: the size is given, and the interval asked for.
    size : int or None
    allocation : Allocation
    level : float
    """

    strata: Strata
    names: tuple[str, ...]
    wish: Wish | None
    size: int | None
    allocation: Allocation
    level: float


def planned(asked: Asked) -> Plan:
    """Find the smallest sample that gives what is wished, or what a sample of a given size gives.

    Raises
    ------
    SurveyError
        If nothing can give it, or the reviewer's readings say nothing.
    """
    asked.strata.reviewer.require()
    if asked.wish is not None:
        return smallest(asked.strata, asked.wish, asked.allocation, asked.level)
    if asked.size is None:
        raise SurveyError("neither a size nor a width was asked for", "one of them is needed", "give one")
    return expected(asked.strata, asked.size, asked.allocation, asked.level)


def plan_rows(asked: Asked, plan: Plan) -> list[dict[str, Any]]:
    """Return the plan as a table, a line a stratum."""
    strata = asked.strata
    columns = (asked.names, strata.population.tolist(), strata.share.tolist(), plan.sizes.tolist())
    return [
        {"stratum": name, "population": int(population), "share": share, "sample": size}
        for name, population, share, size in zip(*columns, strict=True)
    ]


def read_strata(path: Path, share: float | None) -> tuple[tuple[str, ...], Any, Any]:
    """Read the strata of a population: columns ``stratum``, ``population`` and, if known, ``share``.

    Parameters
    ----------
    share : float or None
        Expected share of a stratum for which the table gives none.

    Returns
    -------
    names : tuple of str
    population, share : (H,) float

    Raises
    ------
    VectorError
        If the file cannot be read.
    SurveyError
        If a number is missing or no number, or a stratum is there twice.
    """
    rows = read_rows(path)
    if not rows:
        raise SurveyError(f"{path.name} holds no stratum", "at least one line is needed", "fill it in")
    names = tuple(_name(row, path.name) for row in rows)
    if len(set(names)) < len(names):
        raise SurveyError(f"{path.name} has a stratum twice", "one line a stratum is needed", "join them")
    population = [_count(row, "population", path.name) for row in rows]
    shares = [_share(row, share, path.name) for row in rows]
    return names, np.array(population, float), np.array(shares, float)


def read_sizes(path: Path) -> Mapping[str, tuple[int, int]]:
    """Read what `survey plan` wrote: stratum to its sites in the register and in the sample.

    Raises
    ------
    VectorError, SurveyError
        As `read_strata`.
    """
    return {
        _name(row, path.name): (_count(row, "population", path.name), _count(row, "sample", path.name))
        for row in read_rows(path)
    }


def _name(row: Mapping[str, str], file: str) -> str:
    name = row.get("stratum", "")
    if not name:
        raise SurveyError(
            f"{file} has a line without a stratum", "a column stratum with a name in each line", "fill it in"
        )
    return name


def _count(row: Mapping[str, str], column: str, file: str) -> int:
    text = row.get(column, "")
    if not text.isdecimal():
        raise SurveyError(
            f"{file} has {column} = {text!r} for stratum {row['stratum']!r}",
            f"a column {column} with a whole number in each line is needed",
            "correct it",
        )
    return int(text)


def _share(row: Mapping[str, str], otherwise: float | None, file: str) -> float:
    text = row.get("share", "").replace(",", ".")
    if not text and otherwise is not None:
        return otherwise
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise SurveyError(
            f"{file} has share = {text!r} for stratum {row['stratum']!r}",
            "an expected share of 0 to 1 is needed",
            "correct it, or give --share for all that have none",
        )
    return share
