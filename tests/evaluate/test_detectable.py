"""The size that is stated is found nine times in ten: against curves that are known."""

import math

import numpy as np
import pytest

from sitewatch.evaluate.detectable import AIM, Tried, fit_curve

LOW, HIGH = 12.0, 1000.0
SIZES = np.geomspace(15, 900, 32)


def truth(area: float, middle: float, width: float, lapse: float) -> float:
    return (1 - lapse) / (1 + math.exp(-(math.log(area) - math.log(middle)) / width))


def tried(curve: tuple[float, float, float], rng: np.random.Generator, copies: int = 1) -> list[Tried]:
    return [Tried(float(size), bool(rng.random() < truth(size, *curve))) for size in np.repeat(SIZES, copies)]


@pytest.mark.parametrize(
    "curve", [(40.0, 0.3, 0.01), (80.0, 0.5, 0.03), (150.0, 0.35, 0.02), (60.0, 0.6, 0.0)], ids=str
)
def test_no_curve_is_promised_too_much(curve: tuple[float, float, float]):
    rng = np.random.default_rng(5)
    stated = [fit_curve(tried(curve, rng, copies=2), LOW, HIGH).smallest() for _ in range(30)]
    rates = [truth(size, *curve) for size in stated if math.isfinite(size)]
    assert len(rates) >= 20
    assert float(np.mean(rates)) >= AIM - 0.04


def test_over_a_population_of_sites_the_rate_is_the_aim():
    rng = np.random.default_rng(6)
    rates = []
    for _ in range(150):
        curve = (float(np.exp(rng.uniform(3.0, 5.5))), float(rng.uniform(0.15, 0.7)), float(rng.beta(1, 6)))
        size = fit_curve(tried(curve, rng), LOW, HIGH).smallest()
        rates += [truth(size, *curve)] if math.isfinite(size) else []
    assert len(rates) >= 40
    assert abs(float(np.mean(rates)) - AIM) <= 0.04


def test_the_share_never_falls_with_the_size():
    rng = np.random.default_rng(7)
    # Nothing in these outcomes has to do with size.
    curve = fit_curve([Tried(float(size), bool(rng.random() < 0.5)) for size in SIZES], LOW, HIGH)
    shares = [curve.share(float(size)) for size in np.geomspace(LOW, HIGH, 50)]
    assert (np.diff(shares) >= 0).all()
    assert 0 <= min(shares) <= max(shares) <= 1


def test_many_implants_give_the_true_size():
    curve = (100.0, 0.3, 0.0)
    fitted = fit_curve(tried(curve, np.random.default_rng(8), copies=60), LOW, HIGH)
    exact = 100 * math.exp(0.3 * math.log(9))  # logit of .9 is ln 9
    assert fitted.smallest() == pytest.approx(exact, rel=0.12)
    assert fitted.tried == 60 * len(SIZES)


def test_nothing_is_stated_without_evidence():
    assert math.isnan(fit_curve([], LOW, HIGH).smallest())
    assert math.isnan(fit_curve([Tried(float(size), False) for size in SIZES], LOW, HIGH).smallest())


def test_fewer_implants_state_a_larger_size():
    def sharp(copies: int) -> float:
        outcomes = [Tried(float(size), bool(size > 100)) for size in np.repeat(SIZES, copies)]
        return fit_curve(outcomes, LOW, HIGH).smallest()

    assert 90 < sharp(10) < sharp(1)


def test_one_size_alone_can_be_tried():
    assert fit_curve([Tried(50.0, True)] * 60, 50.0, 50.0).share(50.0) > AIM
