"""Draws scenes whose truth is known. Knows nothing of the detector, nor the detector of it."""

from sitewatch.simulate.pair import DrawnPair, FalseFriend, draw_pair
from sitewatch.simulate.recipe import RGB, RGB_NIR, SIX, Conditions, Recipe, Shift
from sitewatch.simulate.scene import DrawnScene
from sitewatch.simulate.truth import TrueChange
from sitewatch.simulate.workspace import DrawnWorkspace, KnownChange, draw_workspace

__all__ = [
    "RGB",
    "RGB_NIR",
    "SIX",
    "Conditions",
    "DrawnPair",
    "DrawnScene",
    "DrawnWorkspace",
    "FalseFriend",
    "KnownChange",
    "Recipe",
    "Shift",
    "TrueChange",
    "draw_pair",
    "draw_workspace",
]
