"""Clouds: of one date (`alone`), and by what one date of a pair lost against the other (`veil`)."""

from sitewatch.kernels.clouds.alone import CloudFit, find_clouds, fit_clouds, reach_m

__all__ = ["CloudFit", "find_clouds", "fit_clouds", "reach_m"]
