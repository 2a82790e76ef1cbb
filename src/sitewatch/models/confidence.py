"""How often a person would confirm a detection of a given probability."""

from sitewatch.records import Kind


def confidence(kind: Kind, probability: float, area_m2: float) -> float:
    return probability
