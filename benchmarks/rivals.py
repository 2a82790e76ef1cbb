"""What rivals are worth: ``python -m benchmarks rivals --runs RUNS``.

RUNS are benchmarks of `training.left_out`: every pair was looked at by networks that were not fitted on it.
For each rival, stance and kind it is counted how many detections there are, and how many of them are right.
What a rival vetoed counts as the kind that it looked like: a veto is good if little of that is right.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sitewatch.errors import SitewatchError
from sitewatch.evaluate import wilson
from sitewatch.evaluate.decisions import decide
from sitewatch.evaluate.table import markdown
from sitewatch.evaluate.truth import load_truth
from sitewatch.io.rasters import describe
from sitewatch.io.results import Run, read_features
from sitewatch.records import KINDS, Kind
from sitewatch.runs.benchmark import Trial, plan

_TYPED = tuple(kind for kind in KINDS if kind != "other")
VETO, ALL = "veto", "all"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A detection on labelled ground.

    Attributes
    ----------
    kind : Kind
        What it looks like, vetoed or not.
    right : bool
        Whether that is what happened.
    stances : mapping of str to str
        A rival's name to its stance, or ``veto``.
    """

    kind: Kind
    right: bool
    stances: Mapping[str, str]


def weighed(folders: Sequence[Path], manifest: Path) -> Iterator[Weighed]:
    """Yield every detection of some benchmarks that lies on ground whose kinds are labelled.

    A quiet pair counts with the buildings that were planted into it, so that right and wrong lie on the same
    ground.
    """
    for trial in plan(manifest):
        for folder in folders:
            path, truth = folder / "runs" / trial.folder, _labels(folder, trial)
            if truth is not None and (path / "run.json").is_file():
                yield from _of_run(Run.open(path), truth, turned=trial.variant == "reversed")


def _labels(folder: Path, trial: Trial) -> Path | None:
    entry = trial.entry
    if not entry.kind_told:
        return None
    if trial.variant == "planted":
        return folder / "planted" / entry.set / entry.pair / "truth.tif"
    return None if entry.footprints is not None else entry.truth


def _of_run(run: Run, truth: Path, *, turned: bool) -> Iterator[Weighed]:
    grid = describe(run.raster("change")).require_grid()
    said = [feature["properties"] for feature in read_features(run, "changes")]
    kinds = {one["id"]: looks_like(one) for one in said}
    decided = decide(run, load_truth(truth, grid, turned=turned), grid, kinds=kinds)
    for one in said:
        if kinds[one["id"]] != "other" and decided[one["id"]] != "uncertain":
            yield Weighed(kinds[one["id"]], decided[one["id"]] == "confirmed", _stances(one))


def looks_like(said: Mapping[str, Any]) -> Kind:
    """Return a detection's kind, or what it looks like if a rival vetoed that."""
    if not any(rival.get("vetoes", False) for rival in said["rivals"]):
        kind: Kind = said["kind"]
        return kind
    return max(_TYPED, key=lambda name: float(said["kinds"][name]))


def _stances(said: Mapping[str, Any]) -> dict[str, str]:
    return {
        rival["name"]: VETO if rival.get("vetoes", False) else rival["stance"] for rival in said["rivals"]
    }


def table(found: Sequence[Weighed]) -> str:
    """How many detections are right, for each rival, stance and kind, with Wilson's interval."""
    total: Counter[tuple[str, str, str]] = Counter()
    right: Counter[tuple[str, str, str]] = Counter()
    for one in found:
        for key in _keys(one):
            total[key] += 1
            right[key] += one.right
    rows = [[*key, str(total[key]), *_share(right[key], total[key])] for key in sorted(total)]
    return markdown(["rival", "stance", "kind", "detections", "right", "95 %"], rows)


def _keys(one: Weighed) -> Iterator[tuple[str, str, str]]:
    for kind in (ALL, one.kind):
        yield "(any)", "", kind
        for name, stance in one.stances.items():
            yield name, stance, kind


def _share(hits: int, of: int) -> tuple[str, str]:
    low, high = wilson(hits, of)
    return f"{hits / of:.2f}", f"{low:.2f} to {high:.2f}"


def report(folders: Sequence[Path], manifest: Path) -> Iterator[str]:
    """Yield the table.

    Raises
    ------
    SitewatchError
        If there is no detection in the benchmarks.
    """
    found = list(weighed(folders, manifest))
    if not found:
        raise SitewatchError("no detection", "runs of `training.left_out` are needed", "make them first")
    yield table(found)
