"""A run folder, read and written."""

from sitewatch.io.results.folder import is_run, new_file, new_folder, new_run
from sitewatch.io.results.properties import ChangeRow, date_text, plain, scene_block
from sitewatch.io.results.read import OVERLAP, Run, read_features
from sitewatch.io.results.table import safe_cell
from sitewatch.io.results.write import (
    building_feature,
    change_feature,
    site_feature,
    write_buildings,
    write_run_json,
    write_tables,
)

__all__ = [
    "OVERLAP",
    "ChangeRow",
    "Run",
    "building_feature",
    "change_feature",
    "date_text",
    "is_run",
    "new_file",
    "new_folder",
    "new_run",
    "plain",
    "read_features",
    "safe_cell",
    "scene_block",
    "site_feature",
    "write_buildings",
    "write_run_json",
    "write_tables",
]
