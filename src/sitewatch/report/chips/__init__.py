"""Chips: the figure that shows one change to an editor or a court, and its unannotated pair."""

from sitewatch.report.chips.drawing import draw_chip, pixels_digest
from sitewatch.report.chips.framing import chip_grid
from sitewatch.report.chips.view import Chip, ChipStyle, ChipView, Neighbour
from sitewatch.report.chips.writing import chip_files, rank, write_chip, write_chips

__all__ = [
    "Chip",
    "ChipStyle",
    "ChipView",
    "Neighbour",
    "chip_files",
    "chip_grid",
    "draw_chip",
    "pixels_digest",
    "rank",
    "write_chip",
    "write_chips",
]
