"""How often a person would confirm a detection of a given probability.

Nothing is fitted yet: the confidence of a change is the model's own mean probability over its pixels.
"""

from sitewatch.records import Kind


def confidence(kind: Kind, probability: float, area_m2: float) -> float:
    """Return the probability that an analyst would confirm a change, 0..1.

    Parameters
    ----------
    kind : Kind
    probability : float
        Mean probability over the object's pixels that something of its kind happened, 0..1.
    area_m2 : float
        Of the object.
    """
    del kind, area_m2
    return probability
