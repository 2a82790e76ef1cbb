"""Changes of known kind and size, drawn into the arrays of a site's own two images."""

from sitewatch.simulate.implants.building import (
    OWN_ROOFS,
    Implant,
    half_diagonal_m,
    make_implant,
)
from sitewatch.simulate.implants.overlay import draw_overlay, lay
from sitewatch.simulate.implants.roofs import own_roof
from sitewatch.simulate.implants.tone import Tone, fit_tone
from sitewatch.simulate.recipe import Conditions, Event
from sitewatch.simulate.truth import coverage

__all__ = [
    "OWN_ROOFS",
    "Conditions",
    "Event",
    "Implant",
    "Tone",
    "coverage",
    "draw_overlay",
    "fit_tone",
    "half_diagonal_m",
    "lay",
    "make_implant",
    "own_roof",
]
