"""What tells where a place is, who was there, and on whose machine: found in files of any kind."""

from sitewatch.evidence.identifiers.files import Leak, scan_file, scan_folder
from sitewatch.evidence.identifiers.names import Names, labels
from sitewatch.evidence.identifiers.positions import Positions
from sitewatch.evidence.identifiers.texts import WITHHELD, Identifiers

__all__ = [
    "WITHHELD",
    "Identifiers",
    "Leak",
    "Names",
    "Positions",
    "labels",
    "scan_file",
    "scan_folder",
]
