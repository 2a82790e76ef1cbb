"""Which model looks at a pair, and what is left out of its scores."""

import numpy as np
import pytest

from sitewatch.errors import SettingsError
from sitewatch.pipeline.fitting import Sample
from sitewatch.pipeline.prepare import Prepared
from sitewatch.pipeline.scoring import fit_scorer
from sitewatch.settings import load_settings

COLOURS = ("red", "green", "blue")


@pytest.fixture(scope="module")
def sample() -> Sample:
    random = np.random.default_rng(0)
    before = random.normal(0.3, 0.02, (3, 64, 64)).astype(np.float32)
    after = before + random.normal(0, 0.01, before.shape).astype(np.float32)
    after[:, 20:30, 20:32] += np.float32(0.4)
    return Sample((Prepared(before, after, np.zeros((64, 64), np.uint8)),))


@pytest.mark.parametrize(
    ("gsd_m", "without", "name"),
    [
        (0.5, (), "fine"),
        (0.5, ("spectral",), "fine"),
        (0.5, ("learned",), "plain"),
        (10, ("learned",), "coarse"),
    ],
)
def test_pixel_size_and_evidence_choose_the_model(
    sample: Sample, gsd_m: float, without: tuple[str, ...], name: str
):
    assert fit_scorer(sample, COLOURS, (0.01,) * 3, gsd_m=gsd_m, without=without).name == name


@pytest.mark.parametrize(("gsd_m", "without"), [(0.5, ("learned",)), (10, ()), (10, ("contextual",))])
def test_what_is_new_stands_out(sample: Sample, gsd_m: float, without: tuple[str, ...]):
    scorer = fit_scorer(sample, COLOURS, (0.01,) * 3, gsd_m=gsd_m, without=without)
    found = scorer.score(sample.windows[0]).stacked().sum(axis=0)
    assert found[22:28, 22:30].min() > 0.5
    assert np.median(found) < 0.3


def test_evidence_of_an_unknown_kind_is_refused():
    with pytest.raises(SettingsError, match=r"evidence\.without"):
        load_settings(flags={"evidence.without": ["magic"]})
    assert load_settings(flags={"evidence.without": ["learned"]}).evidence.without == ("learned",)
