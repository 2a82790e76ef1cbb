"""What one reviewer has to do: the things to decide about, in order, and what he decided."""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from sitewatch.errors import RunError, SettingsError
from sitewatch.evidence import DECISIONS, REVIEW, Decision, Link, Log, Vote
from sitewatch.evidence.decisions import LONGEST_NAME, now
from sitewatch.io.results import Run
from sitewatch.review.items import Item
from sitewatch.review.queue import queue_for

Role = Literal["review", "adjudication"]


@dataclass(slots=True)
class Session:
    """The work of one reviewer on a run.

    Attributes
    ----------
    run : Run
    reviewer : str
    items : sequence of Item
        In the order in which they are to be looked at.
    role : {"review", "adjudication"}
        Whoever adjudicates sees what others decided.
    shows_confidence : bool
        Whether the reviewer may see how sure the program is.
    """

    run: Run
    reviewer: str
    items: Sequence[Item]
    role: Role = "review"
    shows_confidence: bool = False
    _votes: list[Vote] = field(default_factory=list)
    _size: int = -1
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def has_controls(self) -> bool:
        """Whether places of known truth lie among the items: then all must look alike."""
        return any(item.control is not None for item in self.items)

    @property
    def shows_opinion(self) -> bool:
        """Whether kind, measurements, reasons and rivals are shown.

        Not where there are controls, unless the lead shows what the program thinks: of a control it has
        nothing of its own to say.
        """
        return self.shows_confidence or not self.has_controls

    @property
    def log(self) -> Log:
        """The record of decisions."""
        return Log.of(self.run.path)

    def standing(self) -> Mapping[str, Decision]:
        """Return what the reviewer decided and did not take back, by change id."""
        last: dict[str, Decision] = {}
        for decision in self._mine():
            last[decision.change_id] = decision
        return {name: said for name, said in last.items() if said.status != "unreviewed"}

    def others(self, change_id: str) -> list[Decision]:
        """Return what other people last decided about a change; nothing unless this is an adjudication."""
        if self.role != "adjudication":
            return []
        last = {
            vote.decision.reviewer: vote.decision
            for vote in self._read()
            if vote.decision.change_id == change_id and vote.decision.role == "review"
        }
        return [said for _, said in sorted(last.items()) if said.status != "unreviewed"]

    def progress(self) -> dict[str, int]:
        """Count the items, and those that are decided, by status."""
        known = {item.id for item in self.items}
        counts: Counter[str] = Counter(said.status for name, said in self.standing().items() if name in known)
        return {"all": len(self.items), "decided": sum(counts.values()), **counts}

    def decide(self, change_id: str, **said: Any) -> tuple[Decision, Link]:
        """Write a decision; when this returns, it is on the disk.

        Parameters
        ----------
        said
            `status`, `kind`, `geometry`, `note` and `screen` of `evidence.Decision`.

        Raises
        ------
        OutputError
            If it could not be written: then nothing was saved.
        RunError
            If the change's id is none that the record can hold.
        """
        try:
            decision = Decision(change_id=change_id, reviewer=self.reviewer, role=self.role, at=now(), **said)
        except ValidationError as error:
            raise RunError(
                f"the change {change_id[:80]!r} cannot be decided about",
                f"ids of at most {LONGEST_NAME} letters are needed",
                "nothing was saved",
            ) from error
        with self._lock:
            known = self._read()
            link = self.log.write(decision)
            # If nobody else wrote meanwhile, there is nothing else to read.
            if link.number == len(known) + 1:
                known.append(Vote(decision, link.number, link.sha256))
                self._size = _size(self.run.path / REVIEW / DECISIONS)
            return decision, link

    def undo(self, screen: Mapping[str, Any]) -> tuple[str, Link] | None:
        """Take back the reviewer's last decision that still stands; None if there is none.

        Returns
        -------
        (str, Link) or None
            The id of its change.
        """
        with self._lock:
            standing = self.standing()
            order = [said.change_id for said in self._mine() if said.change_id in standing]
            if not order:
                return None
            _, link = self.decide(order[-1], status="unreviewed", screen=dict(screen))
            return order[-1], link

    def _mine(self) -> list[Decision]:
        return [
            vote.decision
            for vote in self._read()
            if vote.decision.reviewer == self.reviewer and vote.decision.role == self.role
        ]

    def _read(self) -> list[Vote]:
        """Return all decisions; the file is read again when it has grown, whoever wrote into it."""
        with self._lock:
            size = _size(self.run.path / REVIEW / DECISIONS)
            if size != self._size:
                self._votes = self.log.votes()
                self._size = size
            return self._votes


def open_session(run: Run, reviewer: str, *, lead: bool = False, show_confidence: bool = False) -> Session:
    """Return what a reviewer has to do on a run.

    Raises
    ------
    SettingsError
        If the reviewer's name is empty or too long.
    """
    if not 0 < len(reviewer.strip()) <= LONGEST_NAME:
        raise SettingsError(
            f"a reviewer's name of {len(reviewer)} letters",
            f"1 to {LONGEST_NAME} are needed",
            "give --reviewer",
        )
    return Session(
        run,
        reviewer,
        queue_for(run, reviewer, lead),
        role="adjudication" if lead else "review",
        shows_confidence=show_confidence,
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        # What cannot be looked at is said when it is read or written.
        return 0
