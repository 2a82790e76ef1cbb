"""What is found on real and drawn imagery: baselines, ours, ours without a kind of evidence, in one table."""

from benchmarks.accuracy.manifest import find_manifest
from benchmarks.accuracy.report import Report, Wanted, report

__all__ = ["Report", "Wanted", "find_manifest", "report"]
