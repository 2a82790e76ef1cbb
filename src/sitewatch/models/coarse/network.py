"""Which kind a change is: a small network that is read forwards and backwards in time.

One hidden layer gives four numbers a pixel. Read on the measurements as they would be if time ran backwards
(``x'``), the first says how much it looks demolished, so construction and demolition are one thing seen from
either end, by construction. With ``f`` the network's outputs, the log-odds are::

    construction  f1(x) + f3(x')        burning  f2(x)
    demolition    f3(x) + f1(x')        other    f4(x) + f4(x')
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sitewatch.models.coarse.evidence import Parity

Table = NDArray[np.float32]
# Measurements further out than anything that was learned from are read as the furthest.
LIMIT = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Weights for scenes of one set of band groups.

    Attributes
    ----------
    names : tuple of str
        Of the measurements, in order.
    shift, scale : (n,) float32
        ``(x - shift) * scale`` is what the weights see.
    hidden : (n, h) float32
    hidden_bias : (h,) float32
    out : (h, 4) float32
    out_bias : (4,) float32
    """

    names: tuple[str, ...]
    shift: Table
    scale: Table
    hidden: Table
    hidden_bias: Table
    out: Table
    out_bias: Table

    @classmethod
    def from_dict(cls, numbers: Mapping[str, Any]) -> "Network":
        """Read the numbers of one network from the package's file."""
        arrays = {name: np.asarray(value, np.float32) for name, value in numbers.items() if name != "names"}
        return cls(tuple(numbers["names"]), **arrays)

    def log_odds(self, values: Table, parities: Sequence[Parity]) -> Table:
        """Return the log-odds of construction, burning, demolition and other: (n, pixels) to (4, pixels)."""
        forwards, backwards = self._look(values), self._look(reverse(values, parities))
        odds: Table = np.stack(
            [
                forwards[0] + backwards[2],
                forwards[1],
                forwards[2] + backwards[0],
                forwards[3] + backwards[3],
            ]
        )
        return odds

    def _look(self, values: Table) -> Table:
        seen = np.clip((values - self.shift[:, None]) * self.scale[:, None], -LIMIT, LIMIT)
        active = np.maximum(self.hidden.T @ seen + self.hidden_bias[:, None], 0)
        looks: Table = self.out.T @ active + self.out_bias[:, None]
        return looks


def reverse(values: Table, parities: Sequence[Parity]) -> Table:
    """Return measurements as they would be with before and after exchanged: (n, ...) like the input."""
    step = {"even": 0, "odd": 0, "first": 1, "second": -1}
    order = [row + step[parity] for row, parity in enumerate(parities)]
    sign = np.array([-1 if parity == "odd" else 1 for parity in parities], np.float32)
    swapped: Table = values[order] * sign.reshape(-1, *[1] * (values.ndim - 1))
    return swapped
