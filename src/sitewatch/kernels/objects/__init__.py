"""From probabilities a pixel to objects of one kind each, and what lies in and around them."""

from sitewatch.kernels.objects.around import Members, sums, surroundings
from sitewatch.kernels.objects.company import with_company
from sitewatch.kernels.objects.divide import divide
from sitewatch.kernels.objects.grow import Growth, Objects, find_objects, keep

__all__ = [
    "Growth",
    "Members",
    "Objects",
    "divide",
    "find_objects",
    "keep",
    "sums",
    "surroundings",
    "with_company",
]
