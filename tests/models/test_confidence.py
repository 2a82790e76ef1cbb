"""The confidence: rises with the model's probability, and is absent where none could be calibrated."""

import math

import pytest

from sitewatch.models.confidence import confidence
from sitewatch.records import KINDS, Kind


@pytest.mark.parametrize("kind", KINDS)
def test_rises_with_the_probability_and_is_never_certain(kind: Kind) -> None:
    sure = [confidence("fine", kind, step / 20, 400) for step in range(21)]
    assert sure == sorted(sure)
    assert sure[0] < sure[-1]
    assert min(sure) > 0
    assert max(sure) < 1


def test_coarse_imagery_has_none() -> None:
    assert math.isnan(confidence("coarse", "burning", 0.99, 400))
