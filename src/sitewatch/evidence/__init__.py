"""What makes a run something one can stand behind: digests, and a record of decisions that only grows."""

from sitewatch.evidence.chain import Chain, Link, Trace
from sitewatch.evidence.custody import CUSTODY, Act, custody, note, sealed, sent, user
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
from sitewatch.evidence.inputs import INPUTS, Input, check_inputs, remote, scene_files, write_inputs
from sitewatch.evidence.manifest import MANIFEST, REVIEW, Problem, Trouble, check_manifest, write_manifest
from sitewatch.evidence.naming import run_id
from sitewatch.evidence.reviewed import confirmed_m2, reviewed_features, reviewed_sites
from sitewatch.io.digests import digest, scene_digest

__all__ = [
    "CUSTODY",
    "DECISIONS",
    "INPUTS",
    "MANIFEST",
    "REVIEW",
    "STATUSES",
    "Act",
    "Chain",
    "Decision",
    "Input",
    "Link",
    "Log",
    "Outcome",
    "Problem",
    "Status",
    "Trace",
    "Trouble",
    "Vote",
    "check_inputs",
    "check_manifest",
    "confirmed_m2",
    "custody",
    "digest",
    "note",
    "outcomes",
    "remote",
    "reviewed_features",
    "reviewed_sites",
    "run_id",
    "scene_digest",
    "scene_files",
    "sealed",
    "sent",
    "user",
    "write_inputs",
    "write_manifest",
]
