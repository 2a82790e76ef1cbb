"""What was read at each sampled site: by one reviewer, by two, or by a run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from sitewatch.errors import SurveyError
from sitewatch.io.results import Run, read_features
from sitewatch.runs.survey.sample import KIND, RESULT, Row, read_cells, site_id

Answer: TypeAlias = Literal["changed", "not_changed", "not_assessable"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)
_WORDS: Mapping[str, Answer] = MappingProxyType(
    {
        "changed": "changed", "change": "changed", "yes": "changed", "1": "changed",
        "not_changed": "not_changed", "no_visible_change": "not_changed", "unchanged": "not_changed",
        "no_change": "not_changed", "no": "not_changed", "0": "not_changed",
        "not_assessable": "not_assessable",
    }
)  # fmt: skip
_UNNAMED = "not stated"


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a table hold what.

    Attributes
    ----------
    results : tuple of one or two str
        A reviewer each; of the second a part of the sites is enough.
    settled : str or None
        What was decided where the two differ.
    gold : str or None
        The truth where it was found out by better means: changed or not changed.
    kind : str
        Kinds of the change, joined by ``;``.
    """

    results: tuple[str, ...] = (RESULT,)
    settled: str | None = None
    gold: str | None = None
    kind: str = KIND


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read at one site.

    Attributes
    ----------
    row : Row
    answers : tuple of Answer or None
        Of each reviewer; None: did not read the site.
    settled : Answer or None
        What counts. None: two reviewers differ, and nobody decided.
    gold : Answer or None
    kinds : tuple of str
        Of what changed; never empty for a site that counts as changed.
    """

    row: Row
    answers: tuple[Answer | None, ...]
    settled: Answer | None
    gold: Answer | None
    kinds: tuple[str, ...]

    @property
    def assessed(self) -> bool:
        """Whether it counts as changed or not changed."""
        return self.settled in {"changed", "not_changed"}


def read_readings(rows: Sequence[Row], results: Path | None, columns: Columns) -> list[Reading]:
    """Read the results of a sample.

    Parameters
    ----------
    rows : sequence of Row
        The sample.
    results : Path or None
        A run folder, or a table with the column ``site_id``; None: the results stand in the sample itself.
        Columns that it lacks are taken from the sample, so that a run can be held against a person's
        reading there.

    Raises
    ------
    VectorError, RunError
        If a file cannot be read.
    SurveyError
        If a column or a result is missing, or a word is not understood.
    """
    given = {} if results is None else _given(results)
    missing = [row.site_id for row in rows if results is not None and row.site_id not in given]
    if missing:
        raise SurveyError(
            f"{results} says nothing of {len(missing)} sampled sites, the first of them {missing[0]!r}",
            "a result for each is needed",
            "judge them too; write not_assessable where nothing could be seen",
        )
    whole = [(row, {**row.cells, **given.get(row.site_id, {})}) for row in rows]
    _require_columns(whole, columns)
    return [_reading(row, cells, columns) for row, cells in whole]


def _given(results: Path) -> dict[str, dict[str, str]]:
    if results.is_dir():
        return dict(_verdicts(Run.open(results)))
    found: dict[str, dict[str, str]] = {}
    for cells in read_cells(results):
        name = site_id(cells, results.name)
        if found.setdefault(name, cells) is not cells:
            raise SurveyError(
                f"{results.name} has site {name!r} twice", "one line a site is needed", "take one out"
            )
    return found


def _verdicts(run: Run) -> Iterator[tuple[str, dict[str, str]]]:
    for feature in read_features(run, "sites"):
        said = feature["properties"]
        yield said["site_id"], {RESULT: said["verdict"], KIND: ";".join(said["kinds"])}


def _require_columns(whole: Sequence[tuple[Row, Mapping[str, str]]], columns: Columns) -> None:
    wanted = (*columns.results, columns.settled, columns.gold)
    there = dict.fromkeys(name for _, cells in whole for name in cells)
    for name in wanted:
        if name is not None and name not in there:
            raise SurveyError(
                f"there is no column {name!r}; there are {', '.join(there)}",
                "the results need a column",
                "name it with --result, --settled or --gold",
            )


def _reading(row: Row, cells: Mapping[str, str], columns: Columns) -> Reading:
    answers = tuple(_answer(cells, name, row) for name in columns.results)
    given = dict.fromkeys(answer for answer in answers if answer is not None)
    decided = None if columns.settled is None else _answer(cells, columns.settled, row)
    gold = None if columns.gold is None else _answer(cells, columns.gold, row)
    if not given and decided is None:
        raise SurveyError(
            f"site {row.site_id!r} has no result",
            f"each sampled site needs one of {', '.join(ANSWERS)}",
            "fill it in; write not_assessable where nothing could be seen",
        )
    settled = decided or (next(iter(given)) if len(given) == 1 else None)
    kinds = tuple(
        dict.fromkeys(kind.strip() for kind in cells.get(columns.kind, "").split(";") if kind.strip())
    )
    return Reading(row, answers, settled, gold, kinds or (_UNNAMED,))


def _answer(cells: Mapping[str, str], column: str, row: Row) -> Answer | None:
    text = cells.get(column, "")
    if not text:
        return None
    answer = _WORDS.get("_".join(text.lower().replace("-", " ").replace("_", " ").split()))
    if answer is None:
        raise SurveyError(
            f"site {row.site_id!r} has {column} = {text!r}",
            f"one of {', '.join(ANSWERS)} is needed",
            "correct the cell",
        )
    return answer
