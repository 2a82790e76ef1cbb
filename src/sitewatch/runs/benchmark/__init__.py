"""Compare every pair of a manifest and score what was found, by one default configuration for all."""

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sitewatch import __version__
from sitewatch.blocks import run, workers
from sitewatch.evaluate.table import json_ready
from sitewatch.io.results import new_folder
from sitewatch.runs.benchmark.manifest import choose, read_manifest
from sitewatch.runs.benchmark.table import lines, text
from sitewatch.runs.benchmark.trial import Compare, Outcome, Trial, run_trial, trials
from sitewatch.runs.compare import compare as compare_pair

__all__ = ["Benchmark", "Outcome", "Trial", "benchmark", "plan"]

SUMMARY = "benchmark.json"
TABLE = "benchmark.md"


def _silent(name: str) -> None:
    del name


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What came of a benchmark: an outcome a trial, in the order of the manifest."""

    outcomes: tuple[Outcome, ...]

    @property
    def table(self) -> str:
        """Markdown that also reads as plain text."""
        return text(self.outcomes)

    @property
    def failures(self) -> tuple[Outcome, ...]:
        """The trials that came to nothing."""
        return tuple(outcome for outcome in self.outcomes if outcome.failure is not None)

    def to_dict(self) -> dict[str, Any]:
        """Return everything measured, ready for JSON."""
        return {
            "sitewatch": __version__,
            "sets": [line.to_dict() for line in lines(self.outcomes)],
            "pairs": [_outcome_dict(outcome) for outcome in self.outcomes],
        }


def plan(manifest: Path, sets: Sequence[str] = (), limit: int | None = None) -> list[Trial]:
    """Name the trials of a manifest: each pair, in both orders or planted where its labels allow.

    Parameters
    ----------
    sets : sequence of str
        Which sets; all if empty.
    limit : int, optional
        Pairs a set.

    Raises
    ------
    CatalogueError
        If the manifest cannot be used, or lacks a set that is named.
    """
    return list(trials(choose(read_manifest(manifest), sets, limit)))


def benchmark(
    todo: Sequence[Trial],
    out: Path | None = None,
    *,
    jobs: int = 1,
    overwrite: bool = False,
    compare: Compare = compare_pair,
    step: Callable[[str], None] = _silent,
) -> Benchmark:
    """Compare and score pairs.

    Parameters
    ----------
    todo : sequence of Trial
        From `plan`.
    out : Path, optional
        Folder for the table, the numbers and every run; without it only the numbers are returned.
    jobs : int
        Pairs at a time.
    overwrite : bool
        Replace an earlier benchmark in `out`.
    compare : callable
        `sitewatch.runs.compare.compare`, or what stands in for it.
    step : callable
        Called with the name of each trial when it is done.

    Raises
    ------
    OutputError
        If `out` cannot be written.
    """
    with _folder(out, overwrite=overwrite) as folder:

        def work(trial: Trial) -> Outcome:
            outcome = run_trial(trial, folder, compare, keep=out is not None)
            step(trial.name)
            return outcome

        with workers(jobs) as pool:
            result = Benchmark(tuple(run(work, todo, pool if jobs > 1 else None)))
        (folder / TABLE).write_text(result.table, "utf-8")
        summary = json.dumps(json_ready(result.to_dict()), indent=1, allow_nan=False)
        (folder / SUMMARY).write_text(summary + "\n", "utf-8")
    return result


@contextmanager
def _folder(out: Path | None, *, overwrite: bool) -> Iterator[Path]:
    if out is None:
        with tempfile.TemporaryDirectory(prefix="sitewatch-benchmark-") as temporary:
            yield Path(temporary)
        return
    with new_folder(out, overwrite=overwrite, ours=lambda path: (path / SUMMARY).is_file()) as folder:
        yield folder


def _outcome_dict(outcome: Outcome) -> dict[str, Any]:
    return {
        "set": outcome.trial.entry.set,
        "pair": outcome.trial.entry.pair,
        "variant": outcome.trial.variant,
        "failure": outcome.failure,
        "seconds": outcome.wall_s,
        "scores": outcome.scores.to_dict() if outcome.scores is not None else None,
    }
