"""What a verdict must not be read without: tiles that show nothing of their date, and doubts in no change."""

from collections.abc import Iterator
from dataclasses import replace

from sitewatch.catalogue.pairs import season_apart
from sitewatch.records import Verdict
from sitewatch.verdicts.placebo import Placebo

# A scene whose level of scores so few quiet scenes reach changed widely, or is none that the pool knows. On
# pairs of which all of the set was left out, 1 in 100 quiet scenes is called so, and each one of which a
# tenth had changed (docs/method/verdicts.md).
WIDE = 0.02


def with_caveats(verdict: Verdict, placebo: Placebo | None) -> Verdict:
    """Add to a verdict's reason what it must not be read without."""
    said = [f"a finding of its own: {finding}" for finding in verdict.findings]
    if verdict.verdict == "no_visible_change":
        said += _doubts(verdict, placebo)
    return replace(verdict, reason="; ".join([verdict.reason, *said]))


def _doubts(verdict: Verdict, placebo: Placebo | None) -> Iterator[str]:
    if placebo is not None and placebo.level_rank is not None and placebo.level_rank <= WIDE:
        yield (
            "the scene itself changed widely, or is of a kind that the quiet scenes are not: no change here "
            "is not evidence of no change"
        )
    if placebo is None or placebo.reference == "none":
        yield "too little ground around the site to tell what is usual here: no test stands behind this"
    if verdict.before is not None and verdict.after is not None:
        gap = season_apart(verdict.before, verdict.after)
        if gap is not None:
            yield f"the dates lie {gap:.0f} days apart in the season: what plants or snow hide was not seen"
