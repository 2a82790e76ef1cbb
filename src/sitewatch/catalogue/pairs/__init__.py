"""Which two scenes are compared for a site, and why."""

from sitewatch.catalogue.pairs.check import check_pair, season_apart, shared_bands
from sitewatch.catalogue.pairs.choose import Choice, choose
from sitewatch.catalogue.pairs.cover import Cover, check_site
from sitewatch.catalogue.pairs.sides import Wish

__all__ = ["Choice", "Cover", "Wish", "check_pair", "check_site", "choose", "season_apart", "shared_bands"]
