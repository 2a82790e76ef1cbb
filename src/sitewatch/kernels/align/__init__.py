"""Sub-pixel registration, globally and locally.

1. `find_shift`: one whole-image shift from a decimated view, a first guess for the tiles;
2. `correlate`: how well one full-resolution tile fits at every place around that guess;
3. `fit_alignment`: an affine map through all tiles, plus what is left locally;
4. `refine`: that map made finer by all pixels;
5. `sample`: the after image drawn where the map says, in one interpolation.
"""

from sitewatch.kernels.align.fit import Alignment, fit_alignment
from sitewatch.kernels.align.move import REACH_PX, sample, sample_codes, sample_edges
from sitewatch.kernels.align.refine import Matrix, Patch, Refined, refine
from sitewatch.kernels.align.shift import SIGNIFICANT, Shift, correlate, edges, find_shift, mix

__all__ = [
    "REACH_PX",
    "SIGNIFICANT",
    "Alignment",
    "Matrix",
    "Patch",
    "Refined",
    "Shift",
    "correlate",
    "edges",
    "find_shift",
    "fit_alignment",
    "mix",
    "refine",
    "sample",
    "sample_codes",
    "sample_edges",
]
