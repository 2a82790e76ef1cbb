"""An edition of a run that is safe to publish: made anew of what may be said, and proven by a search."""

from sitewatch.runs.redaction.edition import Edition, check, redact
from sitewatch.runs.redaction.secrets import read_names
from sitewatch.runs.redaction.writing import Wishes

__all__ = ["Edition", "Wishes", "check", "read_names", "redact"]
