"""Chips: the figures that show one change to an editor or a court, and its unannotated dates."""

from sitewatch.report.chips.drawing import draw_chip, draw_figures, pixels_digest, shown_bands
from sitewatch.report.chips.files import FORMATS, Format, chip_files
from sitewatch.report.chips.framing import chip_grid
from sitewatch.report.chips.maps import draw_map, map_grid
from sitewatch.report.chips.view import Chip, ChipStyle, ChipView, Context, Figure, Look, Neighbour, Third
from sitewatch.report.chips.writing import Filing, Viewer, draw, file_chips, rank, write_chips

__all__ = [
    "FORMATS",
    "Chip",
    "ChipStyle",
    "ChipView",
    "Context",
    "Figure",
    "Filing",
    "Format",
    "Look",
    "Neighbour",
    "Third",
    "Viewer",
    "chip_files",
    "chip_grid",
    "draw",
    "draw_chip",
    "draw_figures",
    "draw_map",
    "file_chips",
    "map_grid",
    "pixels_digest",
    "rank",
    "shown_bands",
    "write_chips",
]
