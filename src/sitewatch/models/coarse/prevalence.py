"""How common each kind is among the changes of a pair, and what that says of any one of them.

The network was fitted on kinds that are equally common. In a wetland that fills and dries nearly all that
changes is none of the three, and what looks like construction now and then is most likely a shore. How common
the kinds are is estimated from the pair itself, by expectation and maximisation on what the network says of
its changed pixels [1]_. It is only ever used for doubt: a kind that is rare here needs better evidence, one
that is common is not believed for that.

References
----------
.. [1] Saerens, Latinne and Decaestecker, "Adjusting the outputs of a classifier to new a priori
   probabilities: a simple procedure", Neural Computation 14, 2002.
"""

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float32]
Prevalence = tuple[float, float, float, float]

# Believed as it is: nothing is known of how common the kinds are.
EVEN: Prevalence = (1.0, 1.0, 1.0, 1.0)
# Fewer changed pixels than this say nothing of how common a kind is.
_LEAST = 50
# The most that rarity may speak against a kind: odds of one to five.
_LOWEST = 0.2
_OTHER = 3
_ROUNDS, _STILL = 200, 1e-5


def estimate_shares(log_odds: Table, weights: Table) -> NDArray[np.float64]:
    """Estimate how common each kind is.

    Parameters
    ----------
    log_odds : (kinds, n)
        Of a classifier that was fitted on equally common kinds.
    weights : (n,)
        How much each pixel counts, > 0.

    Returns
    -------
    (kinds,) float64
        Sum to 1.
    """
    likelihood = np.exp(log_odds.astype(np.float64) - log_odds.max(axis=0))
    shares = np.full(len(log_odds), 1 / len(log_odds))
    for _ in range(_ROUNDS):
        told = shares[:, None] * likelihood
        told /= told.sum(axis=0)
        better = (told @ weights) / weights.sum()
        if np.abs(better - shares).max() < _STILL:
            break
        shares = better
    return shares


def fit_prevalence(log_odds: Table, weights: Table) -> Prevalence:
    """Return by how much the share of each kind is to be multiplied: `_LOWEST`..1, and 1 for *other*.

    Parameters
    ----------
    log_odds : (4, n)
        Construction, burning, demolition, other, at changed pixels.
    weights : (n,)
        Probability that the pixel changed.
    """
    if log_odds.shape[1] < _LEAST:
        return EVEN
    shares = estimate_shares(log_odds, weights)
    rarity = np.clip(shares / max(float(shares[_OTHER]), 1e-6), _LOWEST, 1)
    construction, burning, demolition = (float(value) for value in rarity[:_OTHER])
    return construction, burning, demolition, 1.0
