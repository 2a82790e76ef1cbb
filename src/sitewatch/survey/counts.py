"""What was read in the sample, stratum by stratum."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sitewatch.errors import SurveyError


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of sites. The last axis is the strata; leading axes are samples, each for itself.

    Attributes
    ----------
    population : (H,) float
        Sites of the register, at least 1.
    assessed : (..., H) float
        Sampled sites that could be assessed, more than 0 and at most `population`.
    changed : (..., H) float
        Of these, the sites that were read as changed. Fractions are allowed: a plan counts what it expects.

    Raises
    ------
    SurveyError
        If a number is out of its range.
    """

    population: NDArray[np.float64]
    assessed: NDArray[np.float64]
    changed: NDArray[np.float64]

    def __post_init__(self) -> None:
        inside = (self.changed >= 0) & (self.changed <= self.assessed) & (self.assessed <= self.population)
        if not self.population.size or not (inside & (self.assessed > 0)).all():
            raise SurveyError(
                "the counts of a stratum do not fit one another",
                "0 <= changed <= assessed <= population is needed, and 1 site assessed",
                "check the table",
            )

    @property
    def weights(self) -> NDArray[np.float64]:
        """Share of each stratum in the population, (H,)."""
        whole: NDArray[np.float64] = self.population / self.population.sum()
        return whole

    @property
    def read(self) -> NDArray[np.float64]:
        """Share of the population that would be read as changed, (...): the stratified mean."""
        mean: NDArray[np.float64] = np.asarray((self.weights * self.changed / self.assessed).sum(-1))
        return mean

    def where(self, strata: NDArray[np.bool_]) -> "Counts":
        """Return some strata as a population of their own; `strata` is (H,)."""
        return Counts(self.population[strata], self.assessed[..., strata], self.changed[..., strata])
