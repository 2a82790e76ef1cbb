"""A last stage trained on reviewed runs: read, fitted, held against detections left out, written."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sitewatch import __version__
from sitewatch.errors import OutputError, RunError
from sitewatch.evidence import Log
from sitewatch.io.digests import digest
from sitewatch.io.results import Run, plain, read_features
from sitewatch.models.last_stage import (
    Bin,
    Figures,
    Kept,
    LastStage,
    ModelStage,
    Reviewed,
    best_threshold,
    choose_strength,
    fit_stage,
    foretold,
    kept,
    reliability,
    shipped,
    told_left_out,
)
from sitewatch.runs.reviewed import DECIDED, Detected, detections, read_decisions, with_decisions

# With fewer decisions than this, what is fitted is chance.
LEAST = 10
CHANGES = "changes.geojson"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned for one model, and what it is worth on detections that were left out.

    Attributes
    ----------
    model : str
    stage : ModelStage
    reviewed, confirmed, places : int
        Detections with a decision, how many of them were confirmed, and on how many sites of runs.
    strength : float
        How strongly the weights were held where they were.
    before, after : Figures
        Of the last stage that comes with sitewatch, and of this one on detections left out.
    table : tuple of Bin
        Reliability of this one.
    everything, sure : Kept
        What is left of the reviewed detections if none is dropped, and above the threshold.
    """

    model: str
    stage: ModelStage
    reviewed: int
    confirmed: int
    places: int
    strength: float
    before: Figures
    after: Figures
    table: tuple[Bin, ...]
    everything: Kept
    sure: Kept

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        values = asdict(self) | {"stage": self.stage.model_dump(mode="json")}
        result: dict[str, Any] = plain(values)
        return result


@dataclass(frozen=True, slots=True)
class Training:
    """A last stage, what was learned a model, and the models of which too little was reviewed (and why)."""

    stage: LastStage
    lessons: tuple[Lesson, ...]
    left: dict[str, str]


def train(folders: Sequence[Path], decisions: Sequence[Path] = (), *, seed: int = 0) -> Training:
    """Fit a last stage on the reviewed detections of some runs.

    Parameters
    ----------
    folders : sequence of Path
        Run folders.
    decisions : sequence of Path
        Files of decisions (`read_decisions`) that stand above those in the runs.
    seed : int
        Of what is left out together, where there are more than ten places.

    Raises
    ------
    RunError
        If a folder is no run, a file of decisions cannot be used, or of no model enough was reviewed: ten
        detections, of which some were confirmed and some rejected.
    """
    opened = {run.info["run_id"]: run for run in map(Run.open, folders)}
    # Neither the order of the runs nor one that is named twice makes a difference; a detection that two runs
    # share has the same id in both, and counts once.
    runs = [opened[name] for name in sorted(opened)]
    found = list({one.id: one for run in runs for one in detections(run)}.values())
    said = {name: status for path in decisions for name, status in read_decisions(path).items()}
    decided = [one for one in with_decisions(found, said) if one.status in DECIDED]
    lessons, left = [], {}
    for model in sorted({one.model for one in found}):
        seen = [one.reviewed() for one in decided if one.model == model]
        lack = _lack(seen)
        if lack is None:
            lessons.append(learn(model, seen, seed))
        else:
            left[model] = lack
    if not lessons:
        raise _too_few(left)
    provenance = _provenance(runs, decisions, decided) | {
        "seed": seed,
        "figures": {lesson.model: _figures(lesson) for lesson in lessons},
    }
    stages = {lesson.model: lesson.stage for lesson in lessons}
    return Training(LastStage(version=1, models=stages, provenance=provenance), tuple(lessons), left)


def learn(model: str, seen: Sequence[Reviewed], seed: int) -> Lesson:
    """Fit the last stage of one model, and hold it against detections that were left out."""
    prior = shipped().of(model)
    right = np.array([one.confirmed for one in seen], bool)
    told = told_left_out(seen, prior, seed)
    strength = choose_strength(seen, prior, seed)
    sure = best_threshold(told, right)
    stage = fit_stage(seen, prior, strength)
    return Lesson(
        model=model,
        stage=stage.model_copy(update={"min_confidence": sure.threshold or None}),
        reviewed=len(seen),
        confirmed=int(right.sum()),
        places=len({one.place for one in seen}),
        strength=strength,
        before=Figures.of(foretold(prior, seen), right),
        after=Figures.of(told, right),
        table=reliability(told, right),
        everything=kept(told, right, 0.0),
        sure=sure,
    )


def write_stage(stage: LastStage, out: Path, *, overwrite: bool) -> None:
    """Write a last stage.

    Raises
    ------
    OutputError
        If the file exists and may not be replaced, or cannot be written.
    """
    if out.exists() and not overwrite:
        raise OutputError(
            f"{out} exists",
            "a last stage goes into a file of its own",
            "choose another --out, or --overwrite",
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        aside = out.with_name(f".{out.name}.partial")
        aside.write_text(stage.to_text(), "utf-8", newline="\n")
        aside.replace(out)
    except OSError as error:
        raise OutputError(
            f"{out} could not be written ({error.strerror})",
            "a writable folder is needed",
            "choose another --out",
        ) from error


def training_lines(training: Training) -> Iterator[str]:
    """Say in lines what was learned."""
    for lesson in training.lessons:
        yield from _lesson_lines(lesson)
    for model, lack in training.left.items():
        yield f"{model}: left as it was: {lack}"


def _lesson_lines(lesson: Lesson) -> Iterator[str]:
    before, after, sure = lesson.before, lesson.after, lesson.sure
    rejected = lesson.reviewed - lesson.confirmed
    yield (
        f"{lesson.model}: {lesson.reviewed} reviewed detections of {lesson.places} sites "
        f"({lesson.confirmed} confirmed, {rejected} rejected); weights held {lesson.strength:g}-fold"
    )
    yield "  on detections left out of the fit:"
    yield f"  Brier score  {before.brier:.3f} -> {after.brier:.3f}"
    yield f"  log loss     {before.log_loss:.3f} -> {after.log_loss:.3f}"
    if after.log_loss >= before.log_loss:
        yield "  mind: no better than before; review more before you use it"
    yield "  confidence   detections   mean   confirmed"
    for found in lesson.table:
        yield (
            f"  {found.low:.1f} to {found.high:.1f}   {found.detections:10d}   {found.told:4.2f}   "
            f"{found.right:9.2f}"
        )
    if not sure.threshold:
        yield "  no threshold makes F1 better: nothing is dropped"
        return
    yield (
        f"  dropped below {sure.threshold:.2f}: precision {lesson.everything.precision:.2f} -> "
        f"{sure.precision:.2f}, {sure.recall:.0%} of the confirmed kept, F1 {lesson.everything.f1:.2f} -> "
        f"{sure.f1:.2f}"
    )


def _lack(seen: Sequence[Reviewed]) -> str | None:
    """Say what is missing for a fit; None if nothing is."""
    confirmed = sum(one.confirmed for one in seen)
    if len(seen) >= LEAST and 0 < confirmed < len(seen):
        return None
    return f"{len(seen)} reviewed detections, {confirmed} confirmed and {len(seen) - confirmed} rejected"


def _too_few(left: dict[str, str]) -> RunError:
    told = "; ".join(f"{model}: {lack}" for model, lack in left.items()).replace("; ", " and of ")
    return RunError(
        f"the runs have of {told}" if told else "the runs have no detection",
        f"at least {LEAST} of one model are needed, some of them confirmed and some rejected",
        "review more detections, or name more runs",
    )


def _provenance(
    runs: Sequence[Run], decisions: Sequence[Path], decided: Sequence[Detected]
) -> dict[str, Any]:
    """Return what a last stage stands on. Its dates are those of the scenes, so that it can be made again."""
    reviewed = Counter(one.place.rpartition("/")[0] for one in decided)
    dates = sorted({date for run in runs for date in _dates(run)})
    return {
        "sitewatch": __version__,
        "runs": [
            {
                "run_id": run.info["run_id"],
                "reviewed": reviewed[run.info["run_id"]],
                "changes_sha256": digest(run.path / CHANGES),
                # Of the last line of the record of decisions, which vouches for all before it.
                "decisions_sha256": Log.of(run.path).chain.read().head,
            }
            for run in runs
        ],
        "decisions": [{"file": path.name, "sha256": digest(path)} for path in decisions],
        "scenes_from": dates[0] if dates else None,
        "scenes_to": dates[-1] if dates else None,
        "prior_sha256": hashlib.sha256(shipped().to_text().encode()).hexdigest(),
    }


def _dates(run: Run) -> Iterator[str]:
    for feature in read_features(run, "changes"):
        for side in ("before", "after"):
            date = feature["properties"][side]["datetime"]
            if date is not None:
                yield date


def _figures(lesson: Lesson) -> dict[str, Any]:
    names = ("reviewed", "confirmed", "places", "strength", "before", "after", "sure")
    told = lesson.to_dict()
    return {name: _rounded(told[name]) for name in names}


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    return round(value, 4) if isinstance(value, float) else value
