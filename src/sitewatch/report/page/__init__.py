"""The page of a run: map, list, swipe; opened from the disk, without a network."""

from sitewatch.report.page.quicklooks import FOLDER as QUICKLOOKS
from sitewatch.report.page.quicklooks import Quicklook, quicklook, quicklook_grid, write_quicklook
from sitewatch.report.page.writing import PAGE, write_page

__all__ = ["PAGE", "QUICKLOOKS", "Quicklook", "quicklook", "quicklook_grid", "write_page", "write_quicklook"]
