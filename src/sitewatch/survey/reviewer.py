"""How far a reviewer can be believed: sensitivity and specificity, given or counted."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sitewatch.errors import SurveyError
from sitewatch.survey.counts import Counts


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a reviewer is right about sites of one kind.

    Attributes
    ----------
    share : (...) float
        0..1.
    trials : (...) float
        Validated sites that it was counted on. Infinite: it is taken as known.
    inside : (..., H) float or None
        Those of `trials` that are sites of the sample itself, stratum by stratum; None: no one of them is.
    """

    share: NDArray[np.float64]
    trials: NDArray[np.float64]
    inside: NDArray[np.float64] | None = None

    @classmethod
    def known(cls, share: float) -> "Rate":
        """Return a rate that is taken as known.

        Raises
        ------
        SurveyError
            If it lies outside 0..1.
        """
        if not 0 <= share <= 1:
            raise SurveyError(f"a rate of {share:g}", "a share of 0 to 1 is needed", "correct it")
        return cls(np.asarray(share, float), np.asarray(np.inf))

    @classmethod
    def validated(
        cls,
        right: NDArray[np.float64] | float,
        trials: NDArray[np.float64] | float,
        inside: NDArray[np.float64] | None = None,
    ) -> "Rate":
        """Return a rate that was counted on validated sites.

        Half a site is added on either side, in the share and in its variance: of forty sites that were all
        read rightly it does not follow that the reviewer never errs.

        Raises
        ------
        SurveyError
            If there is no site, or more were right than there are.
        """
        hits, total = np.asarray(right, float), np.asarray(trials, float)
        if (total < 1).any() or (hits < 0).any() or (hits > total).any():
            raise SurveyError(
                f"{right:g} right of {trials:g} validated sites"
                if np.ndim(hits) == 0
                else "validated counts",
                "at least one validated site, and no more right than there are, is needed",
                "validate more sites, or correct the numbers",
            )
        return cls((hits + 0.5) / (total + 1), total, inside)

    @property
    def spread(self) -> NDArray[np.float64]:
        """Variance of one reading, (...)."""
        return self.share * (1 - self.share)

    @property
    def variance(self) -> NDArray[np.float64]:
        """Variance of the rate itself, (...): 0 where it is known."""
        return self.spread / (self.trials + 1)

    def covariance(self, counts: Counts) -> NDArray[np.float64]:
        """Return how the rate moves with the share that is read as changed, (...).

        A chance error on a validated site of the sample moves both. Without the term, intervals from a
        validation inside the sample come out up to twice too wide.
        """
        if self.inside is None:
            return np.zeros(())
        part = (counts.weights * self.inside / counts.assessed).sum(-1)
        moved: NDArray[np.float64] = self.spread / self.trials * part
        return moved

    def where(self, strata: NDArray[np.bool_]) -> "Rate":
        """Return the rate as the sample of some strata sees it; `strata` is (H,)."""
        return Rate(self.share, self.trials, None if self.inside is None else self.inside[..., strata])


_ALWAYS = Rate.known(1.0)


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A reviewer (or a program) whose readings may be wrong, equally often in each stratum.

    Attributes
    ----------
    sensitivity : Rate
        How often a changed site is read as changed.
    specificity : Rate
        How often an unchanged site is read as not changed.
    """

    sensitivity: Rate = field(default=_ALWAYS)
    specificity: Rate = field(default=_ALWAYS)

    @property
    def faultless(self) -> bool:
        """Whether readings are taken as true."""
        rates = (self.sensitivity, self.specificity)
        return all(bool(np.isinf(rate.trials).all() and (rate.share == 1).all()) for rate in rates)

    @property
    def false_alarms(self) -> NDArray[np.float64]:
        """Share of the unchanged sites that are read as changed, (...)."""
        return 1 - self.specificity.share

    @property
    def gain(self) -> NDArray[np.float64]:
        """How much more often a changed site is read as changed than an unchanged one, (...); Youden's J."""
        return self.sensitivity.share - self.false_alarms

    def reads(self, share: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the share that is read as changed where `share` is truly changed."""
        return self.false_alarms + self.gain * share

    def corrected(self, read: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the true share behind a share that was read, within 0..1 (Rogan and Gladen 1978).

        Where the reviewer is no better than chance the readings say nothing, and it is a half.
        """
        gain = np.where(self.gain > 0, self.gain, 1.0)
        share: NDArray[np.float64] = np.where(
            self.gain > 0, np.clip((read - self.false_alarms) / gain, 0, 1), 0.5
        )
        return share

    def where(self, strata: NDArray[np.bool_]) -> "Reviewer":
        """Return the reviewer as the sample of some strata sees it; `strata` is (H,)."""
        return Reviewer(self.sensitivity.where(strata), self.specificity.where(strata))

    def require(self) -> "Reviewer":
        """Return it if its readings say something.

        Raises
        ------
        SurveyError
            If it is no better than chance.
        """
        if (self.gain <= 0).any():
            raise SurveyError(
                f"a sensitivity of {float(self.sensitivity.share.min()):.2f} "
                f"and a specificity of {float(self.specificity.share.min()):.2f}",
                "together more than 1 is needed: below that the readings say nothing",
                "correct them, or have the sites read anew",
            )
        return self


FAULTLESS = Reviewer()
