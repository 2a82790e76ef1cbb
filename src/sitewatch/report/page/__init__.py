"""The page of a run: map, list, swipe; opened from the disk, without a network."""

from sitewatch.report.page.quicklooks import Quicklook, quicklook, quicklook_grid
from sitewatch.report.page.writing import write_page

__all__ = ["Quicklook", "quicklook", "quicklook_grid", "write_page"]
