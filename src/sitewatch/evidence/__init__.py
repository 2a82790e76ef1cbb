"""What makes a run something one can stand behind: digests, and a record of decisions that only grows."""

from sitewatch.evidence.chain import Chain, Link, Trace
from sitewatch.evidence.decisions import (
    DECISIONS,
    STATUSES,
    Decision,
    Log,
    Outcome,
    Status,
    Vote,
    outcomes,
)
from sitewatch.evidence.manifest import MANIFEST, REVIEW, Problem, Trouble, check_manifest, write_manifest
from sitewatch.evidence.naming import run_id
from sitewatch.io.digests import digest, scene_digest

__all__ = [
    "DECISIONS",
    "MANIFEST",
    "REVIEW",
    "STATUSES",
    "Chain",
    "Decision",
    "Link",
    "Log",
    "Outcome",
    "Problem",
    "Status",
    "Trace",
    "Trouble",
    "Vote",
    "check_manifest",
    "digest",
    "outcomes",
    "run_id",
    "scene_digest",
    "write_manifest",
]
