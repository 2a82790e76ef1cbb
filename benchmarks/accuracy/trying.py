"""Every method tried on every trial: a registered pair is shared by the baselines, a run of ours is kept."""

import shutil
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.accuracy.methods import OURS, Group, methods_for
from sitewatch.blocks import run, workers
from sitewatch.runs.benchmark import Outcome, Trial
from sitewatch.runs.benchmark.trial import run_trial


@dataclass(frozen=True, slots=True)
class Try:
    """What came of one method on one trial."""

    method: str
    outcome: Outcome


def kept(folder: Path, trial: Trial) -> Path:
    """Return where the run of ours on a trial is kept."""
    return folder / OURS / "runs" / trial.folder


def try_all(
    todo: Sequence[Trial],
    groups: Collection[Group],
    folder: Path,
    *,
    jobs: int = 1,
    step: Callable[[str], None] = lambda _: None,
) -> list[Try]:
    """Try every method that applies on every trial.

    Parameters
    ----------
    folder : Path
        Runs of ours are kept in it, see `kept`; those of other methods are scored and removed.
    jobs : int
        Trials at a time.
    step : callable
        Called with the name of each trial when it is done.
    """

    def work(trial: Trial) -> list[Try]:
        tries = []
        for method in methods_for(trial.entry, groups):
            ours = method.name == OURS
            place = folder / OURS if ours else folder / "others"
            outcome = run_trial(trial, place, _alone(method.compare), keep=ours)
            tries.append(Try(method.name, outcome))
        step(trial.name)
        return tries

    with workers(jobs) as pool:
        found = [each for tries in run(work, todo, pool if jobs > 1 else None) for each in tries]
    shutil.rmtree(folder / "others", ignore_errors=True)
    return found


def _alone(compare: Callable[..., object]) -> Callable[..., object]:
    """Let a comparison use one thread: trials run beside one another, not their blocks."""
    return lambda before, after, **options: compare(before, after, jobs=1, **options)
