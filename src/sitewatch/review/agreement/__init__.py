"""How far reviewers agree who did not see one another's answers."""

from sitewatch.review.agreement.coefficients import Coefficient, ac1, alpha, kappa
from sitewatch.review.agreement.ratings import Ratings
from sitewatch.review.agreement.together import Agreement, agreements

__all__ = ["Agreement", "Coefficient", "Ratings", "ac1", "agreements", "alpha", "kappa"]
