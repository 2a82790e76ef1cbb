"""What reviewers decided about a run's changes: written once, never rewritten.

The record lies in the run folder under ``review/``, beside the files that the manifest seals, which it never
touches. Where results leave a run (reports, exports, calibration), the decisions go with them.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError

from sitewatch.errors import RunError
from sitewatch.evidence.chain import Chain, Link
from sitewatch.evidence.manifest import REVIEW
from sitewatch.records import EMPTY, Kind

DECISIONS = "decisions.jsonl"
LONGEST_NOTE = 10_000
LONGEST_NAME = 200

Status: TypeAlias = Literal["unreviewed", "confirmed", "rejected", "uncertain"]
STATUSES: tuple[Status, ...] = get_args(Status)
Role: TypeAlias = Literal["review", "adjudication"]
_Name: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]


class Decision(BaseModel):
    """One act of one person about one change.

    Attributes
    ----------
    change_id : str
    reviewer : str
    status : Status
        ``unreviewed`` takes an earlier decision back.
    role : {"review", "adjudication"}
        An adjudication settles what reviewers disagree about.
    kind : Kind or None
        What the reviewer calls what was confirmed; None where nothing is said of it.
    geometry : mapping or None
        GeoJSON geometry (WGS84) of the outline as redrawn; a MultiPolygon if it was split.
    note : str
    screen : mapping
        What was on the screen: scenes, way of comparing, bands, stretch, zoom, centre, seconds looked at.
    at : datetime
        When, UTC.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    change_id: _Name
    reviewer: _Name
    status: Status
    role: Role = "review"
    kind: Kind | None = None
    geometry: dict[str, Any] | None = None
    note: Annotated[str, StringConstraints(max_length=LONGEST_NOTE)] = ""
    screen: dict[str, Any] = {}
    at: AwareDatetime


@dataclass(frozen=True, slots=True)
class Vote:
    """The last word of one reviewer about one change, and its place in the record."""

    decision: Decision
    number: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided about a change, all reviewers together.

    Attributes
    ----------
    status : Status
        That of the adjudication if there is one, else what all reviewers say; ``uncertain`` where they
        disagree.
    votes : tuple of Vote
        One a reviewer, by name.
    adjudication : Vote or None
    """

    status: Status
    votes: tuple[Vote, ...]
    adjudication: Vote | None = None

    @property
    def disputed(self) -> bool:
        """Whether reviewers disagree (about the change, or its kind) and nobody has settled it."""
        said = {(vote.decision.status, vote.decision.kind) for vote in self.votes}
        return self.adjudication is None and len(said) > 1

    @property
    def final(self) -> Decision | None:
        """The decision that counts: the adjudication, else the only or the agreed one; None if disputed."""
        if self.adjudication is not None:
            return self.adjudication.decision
        return None if self.disputed or not self.votes else self.votes[0].decision


@dataclass(frozen=True, slots=True)
class Log:
    """The record of a run's decisions."""

    chain: Chain

    @classmethod
    def of(cls, run: Path) -> "Log":
        """Return the record of the run in a folder."""
        return cls(Chain(run / REVIEW / DECISIONS))

    def write(self, decision: Decision) -> Link:
        """Add a decision; when this returns, it is on the disk.

        Raises
        ------
        OutputError
            As `Chain.append`.
        """
        return self.chain.append(decision.model_dump(mode="json"))

    def votes(self) -> list[Vote]:
        """Return every decision in the order in which they were made.

        Raises
        ------
        RunError
            If the record was changed.
        """
        trace = self.chain.read()
        if trace.broken is not None:
            raise self._changed(trace.broken)
        try:
            return [
                Vote(Decision.model_validate(link.entry), link.number, link.sha256) for link in trace.links
            ]
        except ValidationError as error:
            raise self._changed(len(trace.links)) from error

    def _changed(self, line: int) -> RunError:
        return RunError(
            f"line {line} of {self.chain.path} is not as sitewatch wrote it",
            "the record of decisions must be whole",
            "restore the file from a copy",
        )


def outcomes(votes: Iterable[Vote]) -> Mapping[str, Outcome]:
    """Return what was decided, by change id; changes that nobody decided about are not in it.

    Of several decisions of one person about one change in one role, the last counts.
    """
    last: dict[str, dict[tuple[Role, str], Vote]] = {}
    for vote in votes:
        said = vote.decision
        key: tuple[Role, str] = (said.role, "" if said.role == "adjudication" else said.reviewer)
        last.setdefault(said.change_id, {})[key] = vote
    found = {name: _outcome(mine) for name, mine in last.items()}
    return {name: outcome for name, outcome in found.items() if outcome is not None} or EMPTY


def _outcome(last: Mapping[tuple[Role, str], Vote]) -> Outcome | None:
    standing = {key: vote for key, vote in last.items() if vote.decision.status != "unreviewed"}
    settled = standing.get(("adjudication", ""))
    votes = tuple(vote for (role, _), vote in sorted(standing.items()) if role == "review")
    if settled is not None:
        return Outcome(settled.decision.status, votes, settled)
    if not votes:
        return None
    said = {vote.decision.status for vote in votes}
    return Outcome(said.pop() if len(said) == 1 else "uncertain", votes)


def now() -> dt.datetime:
    """Return the time, UTC, to the millisecond."""
    moment = dt.datetime.now(dt.UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
