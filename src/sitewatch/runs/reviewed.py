"""The detections of finished runs, with what somebody decided about each."""

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from shapely.geometry import shape

from sitewatch.errors import RunError
from sitewatch.evidence import reviewed_features
from sitewatch.io.results import OVERLAP, Run
from sitewatch.models.last_stage import Evidence, Reviewed
from sitewatch.records import Kind

STATUSES = ("unreviewed", "confirmed", "rejected", "uncertain")
DECIDED = ("confirmed", "rejected")


@dataclass(frozen=True, slots=True)
class Detected:
    """One detection of a run.

    Attributes
    ----------
    id : str
    model : str
        That found it.
    kind : Kind
    evidence : mapping of str to float
        By name; NaN where it could not be measured.
    place : str
        Run and site.
    longitude : float
        Of its middle, degrees.
    status : str
        One of `STATUSES`.
    """

    id: str
    model: str
    kind: Kind
    evidence: Evidence
    place: str
    longitude: float
    status: str

    def reviewed(self) -> Reviewed:
        """Return it as a last stage learns from it."""
        return Reviewed(self.kind, self.evidence, self.status == "confirmed", self.place, self.longitude)


def detections(run: Run) -> Iterator[Detected]:
    """Yield every detection of a run, in the order of its file.

    Its status is that of the record of decisions; where nobody decided, that of the file.

    Raises
    ------
    RunError
        If the record was changed.
    """
    for feature in reviewed_features(run):
        said = feature["properties"]
        site = said["site_id"] or OVERLAP
        yield Detected(
            id=said["id"],
            model=run.info["fits"][site]["model"]["name"],
            kind=said["kind"],
            evidence={name: _number(measured["value"]) for name, measured in said["evidence"].items()},
            place=f"{said['run_id']}/{site}",
            longitude=shape(feature["geometry"]).centroid.x,
            status=said["review"]["status"],
        )


def with_decisions(found: Sequence[Detected], decisions: Mapping[str, str]) -> list[Detected]:
    """Return the detections with the decisions of a file in the place of their own.

    Raises
    ------
    RunError
        If a decision names no detection: it is about another run.
    """
    strange = sorted(set(decisions) - {one.id for one in found})
    if strange:
        raise RunError(
            f"{len(strange)} decisions name no detection of these runs, the first of them {strange[0]!r}",
            "decisions must be about the runs that are given",
            "name the runs that were reviewed",
        )
    return [replace(one, status=decisions.get(one.id, one.status)) for one in found]


def read_decisions(path: Path) -> dict[str, str]:
    """Read decisions: a CSV with the columns ``id`` and ``status``, or the same as JSON.

    JSON is a list of objects with `id` and `status`, or one object of id to status.

    Raises
    ------
    RunError
        If the file is neither, a status is unknown, or one id has two of them.
    """
    found: dict[str, str] = {}
    for name, status in _pairs(path):
        if status not in STATUSES:
            raise _unusable(path, f"{name!r} has the status {status!r}", f"one of {', '.join(STATUSES)}")
        if found.setdefault(name, status) != status:
            raise _unusable(path, f"{name!r} is both {found[name]} and {status}", "one decision a detection")
    return found


def _pairs(path: Path) -> list[tuple[str, str]]:
    try:
        text = path.read_text("utf-8-sig")
        if path.suffix.lower() == ".json":
            return _from_json(json.loads(text))
        return [(row["id"].strip(), row["status"].strip()) for row in csv.DictReader(io.StringIO(text))]
    except OSError as error:
        raise _unusable(path, f"it cannot be read ({error.strerror})", "decisions as CSV or JSON") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unusable(path, "it has no id and status", "a row or object a decision with both") from error


def _from_json(value: Any) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [(str(name), str(status)) for name, status in value.items()]
    return [(str(item["id"]), str(item["status"])) for item in value]


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _unusable(path: Path, found: str, needed: str) -> RunError:
    return RunError(f"decisions in {path}: {found}", f"{needed} is needed", "correct the file")
