"""A run folder, read and written."""

from sitewatch.io.results.folder import is_run, new_folder, new_run
from sitewatch.io.results.properties import ChangeRow, date_text, scene_block
from sitewatch.io.results.read import OVERLAP, Run
from sitewatch.io.results.write import write_changes, write_run_json, write_sites

__all__ = [
    "OVERLAP",
    "ChangeRow",
    "Run",
    "date_text",
    "is_run",
    "new_folder",
    "new_run",
    "scene_block",
    "write_changes",
    "write_run_json",
    "write_sites",
]
