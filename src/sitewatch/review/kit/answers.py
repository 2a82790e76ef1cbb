"""The answers that come back from a kit: checked, and merged into the run's record."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from sitewatch.errors import RunError
from sitewatch.evidence import Decision, Log, Status
from sitewatch.evidence.decisions import LONGEST_NAME, LONGEST_NOTE, now
from sitewatch.io.results import Run
from sitewatch.records import Kind
from sitewatch.review.controls import read_controls
from sitewatch.review.items import detections, handle
from sitewatch.review.kit.writing import manifest_digest

MOST_BYTES = 32 * 2**20
MOST_ANSWERS = 100_000
# A clock that is ahead by more than this is wrong; what it says would stand above all that comes after.
_AHEAD = dt.timedelta(days=1)

_Sha256: TypeAlias = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Screen(_Record):
    """What was on the screen when somebody decided; `sha256` is of the pixels of both dates."""

    look: Annotated[str, StringConstraints(max_length=1000)]
    sha256: _Sha256
    mode: Literal["side", "swipe", "flicker"]
    outline: bool
    zoom: Annotated[float, Field(gt=0, le=64)]
    seconds: Annotated[float, Field(ge=0)]


class Answer(_Record):
    """What was said of one item; ``unreviewed`` takes an earlier answer back."""

    item: Annotated[str, StringConstraints(pattern="^[0-9a-f]{16}$")]
    status: Status
    kind: Kind | None = None
    note: Annotated[str, StringConstraints(max_length=LONGEST_NOTE)] = ""
    at: AwareDatetime
    screen: Screen


class Answers(_Record):
    """A file of answers."""

    format: Literal["sitewatch-answers"]
    version: Literal[1]
    run_id: str
    manifest_sha256: _Sha256
    reviewer: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
    answers: Annotated[tuple[Answer, ...], Field(max_length=MOST_ANSWERS)]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file of answers.

    Attributes
    ----------
    reviewer : str
    added : int
        Decisions that are new in the record.
    known : int
        Answers that were in it already.
    older : int
        Answers that the same reviewer has replaced since; they are not added.
    """

    reviewer: str
    added: int
    known: int
    older: int


def import_answers(run: Run, path: Path) -> Imported:
    """Check a file of answers and add to the record what is new in it; the same file twice adds nothing.

    Raises
    ------
    RunError
        If it is no such file, is of another run, or names what the run does not have; then nothing of it is
        added. Also if the record of decisions was changed.
    OutputError
        If the record cannot be written.
    """
    said = _read(path)
    _require_this_run(run, said, path)
    names = {handle(run, item.id): item.id for item in (*detections(run), *read_controls(run))}
    strange = sorted({one.item for one in said.answers} - set(names))
    if strange:
        raise _unusable(
            path, f"{len(strange)} answers name no item of the run, first {strange[0]!r}", "known items"
        )
    log = Log.of(run.path)
    last = {
        vote.decision.change_id: vote.decision
        for vote in log.votes()
        if vote.decision.reviewer == said.reviewer and vote.decision.role == "review"
    }
    added = known = older = 0
    for one in sorted(said.answers, key=lambda answer: (answer.at, answer.item)):
        decision = _decision(one, names[one.item], said.reviewer)
        before = last.get(decision.change_id)
        if before == decision:
            known += 1
        elif before is not None and before.at >= decision.at:
            older += 1
        else:
            log.write(decision)
            last[decision.change_id] = decision
            added += 1
    return Imported(said.reviewer, added, known, older)


def _read(path: Path) -> Answers:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise _unusable(path, f"it cannot be read ({error.strerror})", "a file of answers") from error
    if len(content) > MOST_BYTES:
        raise _unusable(path, f"it is larger than {MOST_BYTES >> 20} MB", "a file of answers")
    try:
        return Answers.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part)[:40] for part in first["loc"]) or "the file"
        raise _unusable(path, f"{where}: {first['msg']}", "what a kit lets you download") from error


def _require_this_run(run: Run, said: Answers, path: Path) -> None:
    if said.run_id != run.info["run_id"]:
        raise _unusable(path, f"it is about run {said.run_id[:80]!r}", f"answers about {run.info['run_id']}")
    if said.manifest_sha256 != manifest_digest(run):
        raise _unusable(
            path,
            "its kit was made of this run with other contents",
            "answers about the run as its manifest has it",
        )
    late = now() + _AHEAD
    if any(one.at > late for one in said.answers):
        raise _unusable(path, "some of its answers lie in the future", "times of a clock that is right")
    items = [one.item for one in said.answers]
    if len(set(items)) < len(items):
        raise _unusable(path, "it has two answers about one item", "one answer an item")


def _decision(answer: Answer, change_id: str, reviewer: str) -> Decision:
    return Decision(
        change_id=change_id,
        reviewer=reviewer,
        status=answer.status,
        kind=answer.kind,
        note=answer.note,
        screen={"kit": True, **answer.screen.model_dump()},
        at=answer.at,
    )


def _unusable(path: Path, found: str, needed: str) -> RunError:
    return RunError(
        f"answers in {path}: {found}", f"{needed} are needed", "nothing was added; get the file anew"
    )
