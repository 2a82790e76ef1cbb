"""A kit: one file for a reviewer elsewhere, without a server or a network, and the answers that come back."""

from sitewatch.review.kit.answers import Answers, Imported, import_answers
from sitewatch.review.kit.writing import write_kit

__all__ = ["Answers", "Imported", "import_answers", "write_kit"]
