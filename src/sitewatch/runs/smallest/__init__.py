"""What would have been seen: the smallest change of each kind that a site's verdict can speak of."""

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

from sitewatch.catalogue.pairs import season_apart
from sitewatch.errors import OutputError, SitewatchError
from sitewatch.pipeline.detection import Detection
from sitewatch.records import Kind, Verdict
from sitewatch.runs.judged import Judged
from sitewatch.runs.smallest.search import LEAST, find_smallest
from sitewatch.runs.smallest.table import typical
from sitewatch.runs.smallest.trial import Trials
from sitewatch.runs.smallest.words import measured_words, typical_words
from sitewatch.settings import Settings

__all__ = ["with_smallest"]


def with_smallest(judged: Judged, settings: Settings, *, pool: Executor | None = None) -> Judged:
    """Add to each verdict the smallest change that would have been found.

    It is measured in the site's own images where the settings ask for that and the verdict is
    ``no_visible_change``; otherwise it is what is typical in imagery of this kind, and where not even that
    is known it stays empty. The reason of ``no_visible_change`` says so in a sentence; where not even the
    largest changes would have been found, the verdict is ``not_assessable``.

    Raises
    ------
    OutputError
        If a copy of the images could not be written.
    """
    if judged.detection is None:
        return judged
    stated = [
        _stated(verdict, judged.detection, settings, pool)
        if verdict.verdict != "not_assessable"
        else (verdict, None)
        for verdict in judged.verdicts
    ]
    # What might be said instead of a change is not worth runs of its own: it gets what is typical.
    return replace(
        judged,
        verdicts=tuple(verdict for verdict, _ in stated),
        otherwise=tuple(
            _typical(verdict, judged.detection, settings, "something was found here")[0]
            for verdict in judged.otherwise
        ),
        smallest={verdict.site.id: facts for verdict, facts in stated if facts is not None},
    )


def _stated(
    verdict: Verdict, detection: Detection, settings: Settings, pool: Executor | None
) -> tuple[Verdict, Mapping[str, Any]]:
    why = "not asked for"
    if settings.verdicts.smallest and verdict.verdict == "no_visible_change":
        try:
            trials = Trials.of(verdict.site, detection, settings, pool=pool)
            found = find_smallest(trials, settings.verdicts.smallest_runs)
        except OutputError:
            raise
        except SitewatchError as error:
            why = str(error)
        else:
            if found.enough:
                said = _with(verdict, found.m2, measured_words(found))
                return _blind(said) if found.blind else said, {"from": "measured", **found.to_dict()}
            why = f"fewer than {LEAST} implants of a kind found room"
    return _typical(verdict, detection, settings, why)


def _blind(verdict: Verdict) -> Verdict:
    """Return what is said of a site at which not even the largest changes would be seen."""
    gap = season_apart(verdict.before, verdict.after) if verdict.before and verdict.after else None
    why = f"a season gap of {gap:.0f} days" if gap is not None else "the two images differ too much"
    return replace(
        verdict,
        verdict="not_assessable",
        reason=f"{verdict.reason}; so nothing can be told of it: {why}",
    )


def _typical(
    verdict: Verdict, detection: Detection, settings: Settings, why: str
) -> tuple[Verdict, Mapping[str, Any]]:
    known = typical(detection, settings)
    if known is None:
        return verdict, {"from": "nothing", "not_measured": why}
    return _with(verdict, known.m2, typical_words(known)), {
        "from": "table",
        "not_measured": why,
        "imagery": known.imagery.name,
        **known.facts,
    }


def _with(verdict: Verdict, m2: Mapping[Kind, float], words: str) -> Verdict:
    reason = f"{verdict.reason}; {words}" if verdict.verdict == "no_visible_change" else verdict.reason
    return replace(verdict, min_detectable_m2=m2, reason=reason)
