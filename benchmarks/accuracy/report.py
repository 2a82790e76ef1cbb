"""The whole measurement: what is tried, the tables, and the sheets of the worst mistakes."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.accuracy.drawn import DRAWN, FRIENDS, draw_events, draw_friends, typed_friends
from benchmarks.accuracy.manifest import MANIFEST, VARIABLE, find_manifest
from benchmarks.accuracy.marks import marks_list, marks_table
from benchmarks.accuracy.methods import GROUPS, OURS, Group
from benchmarks.accuracy.mistakes import Mistake, false_alarms, misses, worst
from benchmarks.accuracy.moved import SUFFIX, moved
from benchmarks.accuracy.rows import Lines, failures, pool_rows, table
from benchmarks.accuracy.sheets import draw_sheet
from benchmarks.accuracy.trying import Try, kept, try_all
from sitewatch import __version__
from sitewatch.io.results import Run
from sitewatch.runs.benchmark import Trial, plan
from sitewatch.runs.benchmark.table import LABELS

# Sets that are made here, and not in a manifest.
MOVED = "moved"
MADE = (MOVED, DRAWN, FRIENDS)
SHEET = 10
_SEEN = (
    "Before on the left, after on the right, registered; burning is shown in shortwave infrared, near "
    "infrared and red where there are such bands."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be measured.

    Attributes
    ----------
    sets : sequence of str
        Sets of the manifest, or of `MADE`; all if empty.
    limit : int or None
        Pairs a set.
    methods : sequence of Group
    jobs : int
        Pairs at a time.
    out : Path or None
        Folder for the runs of ours and the sheets.
    """

    sets: Sequence[str] = ()
    limit: int | None = None
    methods: Sequence[Group] = GROUPS
    jobs: int = 1
    out: Path | None = None

    def has(self, name: str) -> bool:
        """Tell whether a set is wanted."""
        return not self.sets or name in self.sets


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured.

    Attributes
    ----------
    text : str
        Markdown.
    numbers : dict
        The same and more, ready for JSON.
    complete : bool
        Whether every trial came to something.
    """

    text: str
    numbers: dict[str, Any]
    complete: bool


def report(wanted: Wanted, step: Callable[[str], None] = lambda _: None) -> Report:
    """Measure what is wanted.

    Raises
    ------
    CatalogueError
        If the manifest cannot be used, or lacks a set that is named.
    """
    manifest = find_manifest()
    if manifest is None and (not wanted.sets or not set(wanted.sets) <= {DRAWN, FRIENDS}):
        text = f"no labelled imagery: put its folder, with its {MANIFEST}, into {VARIABLE}"
        return Report(text, {}, complete=True)
    start = time.perf_counter()
    with _folder(wanted.out) as folder:
        todo = [*_real(manifest, wanted, folder / MOVED), *_made(wanted, folder / DRAWN)]
        tries = try_all(todo, wanted.methods, folder, jobs=wanted.jobs, step=step)
        rows, friends = pool_rows(tries), _friends(tries, folder)
        if wanted.out is not None:
            _sheets(tries, folder)
    failed = list(failures(tries))
    parts = [_head(wanted, time.perf_counter() - start), table(rows), *failed]
    told = marks_list(rows, friends)
    if told:
        parts += ["What is to be reached, and what was (ours):", marks_table(rows, friends)]
    return Report("\n\n".join(parts), _numbers(rows, told, failed), complete=not failed)


@contextmanager
def _folder(out: Path | None) -> Iterator[Path]:
    if out is not None:
        out.mkdir(parents=True)
        yield out
        return
    with tempfile.TemporaryDirectory(prefix="sitewatch-accuracy-") as temporary:
        yield Path(temporary)


def _real(manifest: Path | None, wanted: Wanted, folder: Path) -> Iterator[Trial]:
    """Name the trials of the manifest, and the same pairs with the after image moved."""
    named = [name for name in wanted.sets if name not in MADE]
    if manifest is None or (wanted.sets and not named and MOVED not in wanted.sets):
        return
    if named or not wanted.sets:
        yield from plan(manifest, named, wanted.limit)
    if wanted.has(MOVED):
        entries = [trial.entry for trial in plan(manifest, (), wanted.limit) if trial.variant == "forward"]
        yield from (Trial(entry) for entry in moved(entries, folder))


def _made(wanted: Wanted, folder: Path) -> Iterator[Trial]:
    if wanted.has(DRAWN):
        yield from (Trial(entry) for entry in draw_events(folder, wanted.limit))
    if wanted.has(FRIENDS):
        yield from (Trial(entry) for entry in draw_friends(folder, wanted.limit))


def _ours(tries: Sequence[Try], folder: Path) -> Iterator[tuple[Trial, Run]]:
    for each in tries:
        if each.method == OURS and each.outcome.failure is None:
            yield each.outcome.trial, Run.open(kept(folder, each.outcome.trial))


def _friends(tries: Sequence[Try], folder: Path) -> dict[tuple[str, str], tuple[int, int]]:
    """Count, by set and friend, the false friends that were typed as one of the three kinds, and all."""
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for trial, run in _ours(tries, folder):
        if trial.entry.set.startswith(FRIENDS):
            typed, total = typed_friends(trial.entry, run)
            key = trial.entry.set, trial.entry.pair.partition("-")[0]
            old = counts.get(key, (0, 0))
            counts[key] = old[0] + typed, old[1] + total
    return counts


def _sheets(tries: Sequence[Try], folder: Path) -> None:
    """Draw the worst false alarms and misses of each set, as it is and reversed in time."""
    alarms: dict[str, list[Mistake]] = {}
    missed: dict[str, list[Mistake]] = {}
    for trial, run in _ours(tries, folder):
        entry = trial.entry
        labelled = entry.truth is not None or entry.is_null
        if not labelled or trial.variant == "planted" or entry.set.endswith(SUFFIX):
            continue
        title = ", ".join(part for part in (entry.set, LABELS[trial.variant]) if part)
        alarms.setdefault(title, []).extend(false_alarms(trial, run))
        missed.setdefault(title, []).extend(misses(trial, run))
    for what, found, by in (
        ("false alarms", alarms, "area times confidence (the model's own probability where there is none)"),
        ("misses", missed, "area; covered by detections of any of the three kinds to less than 30 %"),
    ):
        for title, mistakes in found.items():
            if mistakes:
                chosen = worst(mistakes, SHEET)
                count = f"The worst {len(chosen)} of {len(mistakes)}"
                notes = f"{count}, by {by}. {_SEEN}"
                name = f"{title} {what}".replace(", ", "-").replace(" ", "-")
                draw_sheet(chosen, f"{title}: {what}", notes, folder / "sheets" / f"{name}.png")


def _head(wanted: Wanted, seconds: float) -> str:
    pairs = f"at most {wanted.limit} pairs a set" if wanted.limit else "all pairs"
    return f"sitewatch {__version__}, {pairs}, {seconds / 60:.0f} minutes:"


def _numbers(rows: Lines, marks: list[dict[str, Any]], failed: list[str]) -> dict[str, Any]:
    measured = [row.to_dict() for row in rows.values()]
    return {"sitewatch": __version__, "rows": measured, "marks": marks, "failures": failed}
