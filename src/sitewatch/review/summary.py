"""What came of a review: who decided how much, who erred how often, how far they agree, what is confirmed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scipy.stats import binomtest

from sitewatch.evidence import STATUSES, Log, Vote, confirmed_m2, outcomes, reviewed_features, reviewed_sites
from sitewatch.io.results import Run, plain
from sitewatch.records import KINDS
from sitewatch.review.agreement import Agreement, agreements
from sitewatch.review.controls import read_controls
from sitewatch.review.items import Control

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of some trials, with its interval.

    Attributes
    ----------
    errors, trials : int
    low, high : float
        The 95 % interval of the share (Wilson 1927). NaN without trials.
    """

    errors: int
    trials: int
    low: float
    high: float

    @classmethod
    def of(cls, errors: int, trials: int) -> "Rate":
        """Count."""
        if not trials:
            return cls(0, 0, float("nan"), float("nan"))
        found = binomtest(errors, trials).proportion_ci(LEVEL, method="wilson")
        return cls(errors, trials, float(found.low), float(found.high))


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What one reviewer did.

    Attributes
    ----------
    name : str
    counts : mapping
        Detections by status.
    false_alarms : Rate
        Unchanged controls that were confirmed, of those confirmed or rejected.
    misses : Rate
        Changed controls that were rejected, of those confirmed or rejected.
    undecided : int
        Controls that the reviewer was uncertain about: in neither rate.
    """

    name: str
    counts: Mapping[str, int]
    false_alarms: Rate
    misses: Rate
    undecided: int


@dataclass(frozen=True, slots=True)
class Dispute:
    """A change about which reviewers disagree, and what each says (status, and kind if they name one)."""

    change_id: str
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a review.

    Attributes
    ----------
    detections, controls : int
    counts : mapping
        Detections by status, all reviewers and adjudications together.
    reviewers : tuple of Reviewed
        By name.
    agreement : tuple of Agreement
        Of each two, and of all; on detections, not on controls.
    disputes : tuple of Dispute
        That wait for the lead.
    confirmed_m2 : mapping
        A kind.
    sites : tuple of mapping
        `site_id`, `name`, `verdict` of the run, and `review` as in `evidence.reviewed_sites`.
    """

    run_id: str
    detections: int
    controls: int
    counts: Mapping[str, int]
    reviewers: tuple[Reviewed, ...]
    agreement: tuple[Agreement, ...]
    disputes: tuple[Dispute, ...]
    confirmed_m2: Mapping[str, float]
    sites: tuple[Mapping[str, Any], ...]

    @property
    def reviewed(self) -> float:
        """Share of the detections that somebody decided about; NaN without detections."""
        done = self.detections - self.counts["unreviewed"]
        return done / self.detections if self.detections else float("nan")

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; NaN becomes null."""
        said = {
            "run_id": self.run_id,
            "detections": self.detections,
            "controls": self.controls,
            "reviewed": self.reviewed,
            "counts": dict(self.counts),
            "reviewers": [asdict(one) for one in self.reviewers],
            "agreement": [one.to_dict() for one in self.agreement],
            "disputes": [asdict(one) for one in self.disputes],
            "confirmed_m2": dict(self.confirmed_m2),
            "sites": [dict(site) for site in self.sites],
        }
        result: dict[str, Any] = plain(said)
        return result


def summarise(run: Run) -> Summary:
    """Sum a review up.

    Raises
    ------
    RunError
        If the record of decisions or the key of the controls was changed.
    """
    decided = outcomes(Log.of(run.path).votes())
    changes = reviewed_features(run)
    truths = {item.id: item.control for item in read_controls(run) if item.control is not None}
    statuses = Counter(change["properties"]["review"]["status"] for change in changes)
    names = [change["properties"]["id"] for change in changes]
    answers: dict[str, dict[str, Vote]] = {}
    for change_id, outcome in decided.items():
        for vote in outcome.votes:
            answers.setdefault(vote.decision.reviewer, {})[change_id] = vote
    said = {
        who: {name: given[name].decision.status for name in names if name in given}
        for who, given in answers.items()
    }
    return Summary(
        run_id=run.info["run_id"],
        detections=len(changes),
        controls=len(truths),
        counts={status: statuses[status] for status in STATUSES},
        reviewers=tuple(_reviewed(who, said[who], answers[who], truths) for who in sorted(answers)),
        agreement=tuple(agreements({who: given for who, given in said.items() if given})),
        disputes=tuple(
            Dispute(name, {vote.decision.reviewer: _words(vote) for vote in decided[name].votes})
            for name in names
            if name in decided and decided[name].disputed
        ),
        confirmed_m2=confirmed_m2(changes),
        sites=tuple(_sites(run, changes)),
    )


def summary_lines(summary: Summary) -> Iterator[str]:
    """Say it in lines."""
    counts = ", ".join(f"{summary.counts[status]} {status}" for status in STATUSES)
    share = f"{summary.reviewed:.0%} reviewed" if summary.detections else "none to review"
    yield f"{summary.run_id}: {summary.detections} detections, {share} ({counts})"
    yield f"{summary.controls} controls"
    for one in summary.reviewers:
        yield f"{one.name}: " + ", ".join(f"{number} {status}" for status, number in one.counts.items())
        yield f"  false alarms on unchanged controls  {_rate_words(one.false_alarms)}"
        yield f"  misses on changed controls          {_rate_words(one.misses)}"
        if one.undecided:
            yield f"  uncertain about {one.undecided} controls, which are in neither"
    for found in summary.agreement:
        yield f"{' and '.join(found.raters)}: the same answer on {found.agreed} of {found.shared} detections"
        for coefficient in found.coefficients:
            ends = f"{coefficient.low:6.3f} to {coefficient.high:.3f}"
            value = f"{coefficient.value:6.3f}   95 % interval {ends}"
            yield f"  {coefficient.name:21}{'not defined: ' + coefficient.why if coefficient.why else value}"
    yield f"{len(summary.disputes)} disagreements wait for the lead"
    for dispute in summary.disputes:
        yield f"  {dispute.change_id}: " + "; ".join(f"{who} {what}" for who, what in dispute.answers.items())
    areas = ", ".join(f"{kind} {area:,.0f} m2" for kind, area in summary.confirmed_m2.items() if area)
    yield f"confirmed: {areas or 'nothing'}"
    yield from (_site_line(site) for site in summary.sites)


def _site_line(site: Mapping[str, Any]) -> str:
    review = site["review"]
    areas = ", ".join(
        f"{kind} {review['confirmed_m2'][kind]:,.0f} m2" for kind in KINDS if review["confirmed_m2"][kind]
    )
    after = review["verdict"] or "open"
    done = review["detections"] - review["unreviewed"]
    return (
        f"  {site['site_id']}: {site['verdict']} -> {after}; {done} of {review['detections']} reviewed, "
        f"confirmed {areas or 'nothing'}"
    )


def _sites(run: Run, changes: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for site in reviewed_sites(run, changes):
        said = site["properties"]
        yield {name: said.get(name) for name in ("site_id", "name", "verdict", "review")}


def _reviewed(
    name: str, said: Mapping[str, str], votes: Mapping[str, Vote], truths: Mapping[str, Control]
) -> Reviewed:
    given = Counter(
        (truth, votes[control].decision.status) for control, truth in truths.items() if control in votes
    )
    counts = Counter(said.values())
    alarms, rightly = given["unchanged", "confirmed"], given["unchanged", "rejected"]
    seen, missed = given["changed", "confirmed"], given["changed", "rejected"]
    return Reviewed(
        name=name,
        counts={status: counts[status] for status in STATUSES if status != "unreviewed"},
        false_alarms=Rate.of(alarms, alarms + rightly),
        misses=Rate.of(missed, seen + missed),
        undecided=given["unchanged", "uncertain"] + given["changed", "uncertain"],
    )


def _words(vote: Vote) -> str:
    kind = vote.decision.kind
    return f"{vote.decision.status} as {kind}" if kind is not None else vote.decision.status


def _rate_words(rate: Rate) -> str:
    if not rate.trials:
        return "no control answered"
    return (
        f"{rate.errors} of {rate.trials} ({rate.errors / rate.trials:.0%}; "
        f"95 % interval {rate.low:.0%} to {rate.high:.0%})"
    )
