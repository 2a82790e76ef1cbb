"""Which places are watched: read from any vector file, checked, and kept in a workspace."""

from sitewatch.catalogue.sites.read import SiteReading, read_sites
from sitewatch.catalogue.sites.shape import center_of, circle, ground_area_m2
from sitewatch.catalogue.sites.store import add_sites, load_sites, site_files, to_feature

__all__ = [
    "SiteReading",
    "add_sites",
    "center_of",
    "circle",
    "ground_area_m2",
    "load_sites",
    "read_sites",
    "site_files",
    "to_feature",
]
