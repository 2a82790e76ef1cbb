"""The agreement of each two reviewers, and of all."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sitewatch.review.agreement.coefficients import Coefficient, ac1, alpha, kappa
from sitewatch.review.agreement.ratings import Ratings


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far some reviewers agree.

    Attributes
    ----------
    raters : tuple of str
    shared : int
        Items that two of them or more answered.
    agreed : int
        Those of which all who answered said the same.
    coefficients : tuple of Coefficient
        Kappa (of two reviewers only), alpha and AC1.
    """

    raters: tuple[str, ...]
    shared: int
    agreed: int
    coefficients: tuple[Coefficient, ...]

    @classmethod
    def of(cls, ratings: Ratings) -> "Agreement":
        """Compare."""
        known = (kappa, alpha, ac1) if len(ratings.raters) == 2 else (alpha, ac1)
        found = tuple(coefficient(ratings) for coefficient in known)
        return cls(ratings.raters, ratings.shared, ratings.agreed, found)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; NaN stays NaN."""
        return {
            "reviewers": list(self.raters),
            "shared": self.shared,
            "agreed": self.agreed,
            "coefficients": [one.to_dict() for one in self.coefficients],
        }


def agreements(answers: Mapping[str, Mapping[str, Hashable]]) -> Iterator[Agreement]:
    """Yield the agreement of each two reviewers, by name, and of all where there are more than two.

    Parameters
    ----------
    answers : mapping
        Reviewer to item to answer.
    """
    ratings = Ratings.of(answers)
    for pair in combinations(ratings.raters, 2):
        yield Agreement.of(ratings.only(pair))
    if len(ratings.raters) > 2:
        yield Agreement.of(ratings)
