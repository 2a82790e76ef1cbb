"""A last stage as a file, and the confidence it gives."""

import json
import math
from pathlib import Path

import pytest

from sitewatch.errors import ModelError
from sitewatch.models.last_stage import AS_THE_MODEL_SAYS, LastStage, ModelStage, shipped
from sitewatch.records import KINDS, Kind


@pytest.mark.parametrize("kind", KINDS)
def test_confidence_rises_with_the_probability_and_is_never_certain(kind: Kind):
    stage = shipped().of("fine")
    sure = [stage.confidence(kind, {"model_probability": p / 20, "pixels": 400}) for p in range(21)]
    assert sure == sorted(sure)
    assert 0 < sure[0] < sure[-1] < 1


def test_coarse_imagery_and_unknown_networks_have_no_confidence_but_something_to_start_from():
    evidence = {"model_probability": 0.9, "pixels": 400.0}
    for model in ("coarse", "own-0123456789ab"):
        assert math.isnan(shipped().of(model).confidence("burning", evidence))
        assert 0 < shipped().of(model).told("burning", evidence) < 1


def test_without_weights_it_says_what_the_model_says():
    assert AS_THE_MODEL_SAYS.told("burning", {"model_probability": 0.83}) == pytest.approx(0.83)


def test_a_file_comes_back_as_it_was_written(tmp_path: Path):
    stage = ModelStage(
        calibrated=True, scales={"change": (2.0, 1.5)}, weights={"one": 0.25}, min_confidence=0.4
    )
    file = tmp_path / "stage.json"
    file.write_text(LastStage(version=1, models={"fine": stage}, provenance={"seed": 3}).to_text())
    again = LastStage.open(file)
    assert again.of("fine") == stage
    assert again.to_text() == file.read_text()
    assert again.of("coarse") == shipped().of("coarse")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no json", "not a last stage"),
        ('{"version": 2, "models": {}}', "version"),
        ('{"version": 1, "models": {"fine": {"calibrated": true}}}', "weights"),
        ('{"version": 1, "models": {"fine": {"calibrated": true, "weights": {"one": NaN}}}}', "one"),
    ],
)
def test_what_is_no_last_stage_is_refused_with_the_reason(tmp_path: Path, text: str, said: str):
    file = tmp_path / "stage.json"
    file.write_text(text)
    with pytest.raises(ModelError, match=said) as caught:
        LastStage.open(file)
    assert "sitewatch train" in caught.value.needed


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(ModelError, match="cannot be read"):
        LastStage.open(tmp_path / "none.json")


def test_the_shipped_file_is_as_it_would_be_written():
    assert json.loads(shipped().to_text())["models"].keys() == {"fine", "coarse"}
    assert shipped().of("fine").calibrated
    assert shipped().of("fine").min_confidence is None
