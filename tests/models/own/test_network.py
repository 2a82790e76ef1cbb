"""A network run: numpy is the oracle, and what does not fit is refused before any work is done."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from tests.models.own.conftest import EVEN, GAIN, Make

from sitewatch.errors import ModelError, SceneError
from sitewatch.models.own import Network, fit_feed, growth, own_scores, select_bands, tiling

BANDS = ("nir", "blue", "red", "green")


def images(seed: int = 0, rows: int = 75, cols: int = 90) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    before = draw.random((4, rows, cols)).astype(np.float32)
    after = np.clip(before + draw.normal(0, 0.3, before.shape), 0, 1).astype(np.float32)
    usable = draw.random((rows, cols)) < 0.9
    before[:, ~usable] = after[:, ~usable] = np.nan
    return before, after, usable


def scored(network: Network, seed: int = 0, gsd_m: float = 1.0) -> Any:
    before, after, usable = images(seed)
    dates = tuple(select_bands(date, BANDS, network) for date in (before, after))
    feed = fit_feed(network.sidecar.normalisation, *dates, usable)
    return own_scores(dates, usable, feed, tiling(network, gsd_m), network=network)


def expected(seed: int = 0) -> np.ndarray:
    before, after, _ = images(seed)
    mean = np.abs(after - before)[1:].mean(axis=0)
    return 1 / (1 + np.exp(-GAIN * (mean - EVEN)))


@pytest.mark.parametrize(
    ("network", "layout"),
    [({}, "two_inputs"), ({"stacked": True}, "stacked"), ({"side": 32}, "two_inputs")],
)
def test_a_network_says_what_numpy_says(make: Make, network: dict[str, Any], layout: str):
    found = scored(Network.open(make(network, layout=layout)))
    assert_allclose(found.construction, expected(), atol=1e-5)
    assert np.nanmax(found.burning) == np.nanmax(found.demolition) == np.nanmax(found.other) == 0
    assert (np.isnan(found.construction) == ~images()[2]).all()


def test_any_change_is_of_no_kind_and_a_temperature_flattens(make: Make):
    found = scored(Network.open(make(classes=["any"], temperature=4.0)))
    logit = np.log(expected() / (1 - expected()))
    assert_allclose(found.other, 1 / (1 + np.exp(-logit / 4)), atol=1e-5)


def test_normalisations_are_those_of_their_definitions(make: Make):
    before, after, usable = images()
    numbers = {"mean": [0.5, 0.4, 0.3], "std": [0.2, 0.3, 0.4]}
    network = Network.open(make(normalisation={"method": "mean_std", **numbers}))
    feed = fit_feed(network.sidecar.normalisation, before[1:], after[1:], usable)
    fed = feed.apply(before[1:], usable)
    assert_allclose(
        fed[:, usable],
        (before[1:, usable].T - numbers["mean"]).T / np.array([[0.2], [0.3], [0.4]]),
        atol=1e-5,
    )
    assert (fed[:, ~usable] == 0).all()
    network = Network.open(make(normalisation={"method": "percentiles", "low": 5, "high": 90}))
    feed = fit_feed(network.sidecar.normalisation, before[1:], after[1:], usable)
    both = np.concatenate([before[1:, usable], after[1:, usable]], axis=1)
    assert_allclose(feed.shift, np.percentile(both, 5, axis=1), atol=1e-6)
    assert_allclose(np.add(feed.shift, feed.scale), np.percentile(both, 90, axis=1), atol=1e-6)
    assert feed.apply(before[1:], usable).max() == 1


def test_the_file_names_the_network(make: Make):
    path = make()
    first, again = Network.open(path), Network.open(path)
    assert first.name == again.name
    assert first.name.startswith("own-")
    path.with_suffix(".json").write_text(path.with_suffix(".json").read_text().replace("sigmoid", "none"))
    assert Network.open(path).name != first.name


def test_objects_start_at_the_threshold_of_the_sidecar(make: Make):
    assert growth(Network.open(make(threshold=0.7))).seed == (0.7,) * 4


def test_a_band_that_the_scenes_lack_is_named(make: Make):
    network = Network.open(make())
    with pytest.raises(SceneError, match="not blue"):
        select_bands(np.zeros((2, 4, 4), np.float32), ("red", "green"), network)


@pytest.mark.parametrize(
    ("network", "sidecar", "said"),
    [
        ({}, {"layout": "stacked"}, "before tensor"),
        ({"stacked": True}, {}, "both tensor"),
        ({}, {"bands": ["red", "nir"], "normalisation": {"method": "percentiles"}}, "takes before"),
        ({"side": 64}, {}, "64"),
        ({}, {"classes": ["none", "construction"], "activation": "softmax"}, r"\(1, 1, 32, 32\)"),
    ],
)
def test_what_does_not_fit_the_sidecar_is_refused(
    make: Make, network: dict[str, Any], sidecar: dict[str, Any], said: str
):
    with pytest.raises(ModelError, match=said):
        Network.open(make(network, **sidecar))


def test_files_that_are_no_network_are_refused(tmp_path: Path, make: Make):
    with pytest.raises(ModelError, match="no network"):
        Network.open(tmp_path / "none.onnx")
    path = make()
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(ModelError, match="cannot be loaded"):
        Network.open(path)


def test_an_opset_of_the_future_is_refused(make: Make):
    from onnx import load, save

    path = make()
    model = load(path)
    model.opset_import[0].version = 999
    save(model, path)
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        Network.open(path)
    assert "opset" in caught.value.do


def test_outputs_that_are_no_numbers_are_refused(make: Make):
    path = make()
    from onnx import helper, load, save

    model = load(path)
    model.graph.node.append(helper.make_node("Log", ["logit"], ["log"]))
    model.graph.output[0].name = "log"
    save(model, path)
    with pytest.raises(ModelError, match="not finite"):
        Network.open(path)
    assert json.loads(path.with_suffix(".json").read_text())["tile"] == 32
