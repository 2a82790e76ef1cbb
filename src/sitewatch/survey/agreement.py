"""How far two reviewers agree who did not see one another's answers."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of two reviewers on the same sites.

    Attributes
    ----------
    sites : int
        That both read.
    agreed : int
    kappa : float
        Cohen's kappa (1960), -1..1: agreement beyond what the totals of both give by chance. NaN if there is
        nothing to disagree about: no site, or one and the same answer everywhere.
    low, high : float
        Its large-sample interval (Fleiss, Cohen and Everitt 1969). NaN like kappa.
    """

    sites: int
    agreed: int
    kappa: float
    low: float
    high: float

    @property
    def disagreed(self) -> float:
        """Share of the sites on which they differ; NaN if there is none."""
        return 1 - self.agreed / self.sites if self.sites else float("nan")


def agreement(first: Sequence[Hashable], second: Sequence[Hashable], level: float = 0.95) -> Agreement:
    """Compare the answers of two reviewers, of the same length and order."""
    answers = list(dict.fromkeys((*first, *second)))
    table = np.zeros((len(answers), len(answers)))
    for one, other in zip(first, second, strict=True):
        table[answers.index(one), answers.index(other)] += 1
    sites, agreed = len(first), int(np.trace(table))
    if len(answers) < 2:
        return Agreement(sites, agreed, float("nan"), float("nan"), float("nan"))
    shares = table / sites
    rows, columns = shares.sum(1), shares.sum(0)
    seen, chance = float(np.trace(shares)), float(rows @ columns)
    kappa = (seen - chance) / (1 - chance)
    own = np.diag(shares) * (1 - (rows + columns) * (1 - kappa)) ** 2
    crossed = shares * (columns[:, None] + rows[None, :]) ** 2
    others = (1 - kappa) ** 2 * float(crossed.sum() - np.trace(crossed))
    variance = (float(own.sum()) + others - (kappa - chance * (1 - kappa)) ** 2) / (sites * (1 - chance) ** 2)
    half = float(norm.ppf((1 + level) / 2)) * max(variance, 0.0) ** 0.5
    return Agreement(sites, agreed, kappa, max(-1.0, kappa - half), min(1.0, kappa + half))
