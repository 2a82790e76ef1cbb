"""A run folder checked: its files, its inputs, the records beside them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from sitewatch.errors import RunError
from sitewatch.evidence.chain import Chain
from sitewatch.evidence.custody import CUSTODY, custody, sealed
from sitewatch.evidence.decisions import DECISIONS
from sitewatch.evidence.inputs import INPUTS, Input, check_inputs
from sitewatch.evidence.manifest import MANIFEST, REVIEW, check_manifest
from sitewatch.io.digests import digest
from sitewatch.io.results.folder import RUN_JSON

Part: TypeAlias = Literal["files", "inputs", "decisions", "custody", "signatures", "repetition"]

SIGNATURES = "signatures"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was.

    Attributes
    ----------
    part : Part
        Of the run.
    name : str
        The file, or where in it.
    trouble : str
        In words.
    """

    part: Part
    name: str
    trouble: str

    def __str__(self) -> str:
        """Return it as a line."""
        return f"{self.name}: {self.trouble}"


@dataclass(slots=True)
class Findings:
    """What a check found.

    Attributes
    ----------
    faults : list of Fault
        A run without any is whole.
    remarks : list of str
        What was found in order, and what was not checked.
    """

    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing was found missing, added or changed."""
        return not self.faults

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        faults = [{"part": one.part, "name": one.name, "trouble": one.trouble} for one in self.faults]
        return {"whole": self.whole, "faults": faults, "remarks": self.remarks}


def verify(run: Path, *, among: Path | None = None, jobs: int | None = None) -> Findings:
    """Check everything in a run folder of which there is a digest, and the inputs where they still are.

    Inputs that are gone are remarked upon: a run folder may be checked far from its scenes. Inputs that
    changed are faults.

    Parameters
    ----------
    run : Path
        The folder.
    among : Path, optional
        See `check_inputs`.
    jobs : int, optional
        Threads that read files; as many as processors by default.

    Raises
    ------
    RunError
        If the folder has neither a manifest nor a ``run.json``: it never was a run.
    """
    if not any((run / name).is_file() for name in (MANIFEST, RUN_JSON)):
        raise RunError(
            f"{run} is not a run folder",
            "a folder that `sitewatch compare` or `sitewatch detect` wrote is needed",
            f"name the folder that holds {MANIFEST}",
        )
    found = Findings()
    problems = check_manifest(run, jobs=jobs)
    found.faults += [Fault("files", problem.name, problem.trouble) for problem in problems]
    if not problems:
        found.remarks.append(f"all files are as {MANIFEST} says")
    found.faults += _changed_manifest(run)
    _look_at_chain(found, Chain(run / REVIEW / DECISIONS), "decisions")
    _look_at_chain(found, custody(run), "custody")
    found.remarks += [f"{name} is covered by no digest" for name in _unknown(run)]
    _look_at_inputs(found, check_inputs(run, among=among))
    return found


def _changed_manifest(run: Path) -> Iterator[Fault]:
    """Hold the manifest against the custody log, which knows what it was."""
    path, known = run / MANIFEST, sealed(custody(run).read())
    if path.is_file() and known and digest(path) not in known:
        yield Fault("files", MANIFEST, "changed since the run was made")


def _look_at_chain(found: Findings, chain: Chain, part: Literal["decisions", "custody"]) -> None:
    name = f"{REVIEW}/{chain.path.name}"
    trace = chain.read()
    if trace.broken is not None:
        found.faults.append(
            Fault(part, name, f"changed: line {trace.broken} does not follow from those before")
        )
    if trace.torn:
        trouble = "changed, or never finished: it does not end with a whole line"
        found.faults.append(Fault(part, name, trouble))
    if chain.path.is_file() and trace.broken is None and not trace.torn:
        found.remarks.append(f"{name}: {len(trace.links)} lines, the last {trace.head}")
    elif not chain.path.is_file():
        found.remarks.append(f"{name}: there is none")


def _unknown(run: Path) -> Iterator[str]:
    folder = run / REVIEW
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        known = name.as_posix() in {DECISIONS, CUSTODY} or name.parts[0] == SIGNATURES
        if path.is_file() and not known:
            yield f"{REVIEW}/{name.as_posix()}"


def _look_at_inputs(found: Findings, inputs: list[Input] | None) -> None:
    if inputs is None:
        found.remarks.append(f"inputs were not checked: the run has no {INPUTS}")
        return
    for one in inputs:
        if one.state == "changed":
            found.faults.append(Fault("inputs", one.path, "changed since the run was made"))
        elif one.state == "gone":
            found.remarks.append(f"input {one.path} is not there any more, or on another machine")
    unchanged = sum(one.state == "unchanged" for one in inputs)
    found.remarks.append(f"{unchanged} of {len(inputs)} inputs are there and unchanged")
