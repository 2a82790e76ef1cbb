"""What a model says of every pixel."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class KindScores:
    """Probabilities a pixel, of which at most one is true: they sum to at most 1, the rest is "no change".

    Attributes
    ----------
    construction, burning, demolition, other : (rows, columns) float32
        0..1; NaN where not usable. `other` is change of none of the three kinds: harvest, flood, snow, a
        repainted roof.
    """

    construction: NDArray[np.float32]
    burning: NDArray[np.float32]
    demolition: NDArray[np.float32]
    other: NDArray[np.float32]

    @property
    def any_kind(self) -> NDArray[np.float32]:
        """Probability of one of the three kinds, 0..1."""
        return self.construction + self.burning + self.demolition

    def stacked(self) -> NDArray[np.float32]:
        """Return the four layers as (4, rows, columns), in the order of `records.KINDS`."""
        return np.stack([self.construction, self.burning, self.demolition, self.other])
