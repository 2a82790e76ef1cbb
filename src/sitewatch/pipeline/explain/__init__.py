"""What speaks for a change and against it, in numbers and in plain sentences."""

from sitewatch.pipeline.explain.evidence import Situation, evidence
from sitewatch.pipeline.explain.reasons import reasons
from sitewatch.pipeline.explain.rivals import rivals

__all__ = ["Situation", "evidence", "reasons", "rivals"]
