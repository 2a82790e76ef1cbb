"""A last stage: a file of weights, and the confidence that they give a detection."""

import json
import math
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sitewatch.errors import ModelError
from sitewatch.models.last_stage.terms import EDGE, Evidence, terms
from sitewatch.records import Kind


class ModelStage(BaseModel):
    """The last stage of one model.

    Attributes
    ----------
    calibrated : bool
        Whether what it tells may be called a confidence. If not, it is only what fitting starts from.
    scales : mapping of str to (float, float)
        Middle and spread of each measurement that is looked at.
    weights : mapping of str to float
        A term (`terms`) to its weight in the log-odds; what is not named weighs nothing.
    min_confidence : float or None
        Detections below it are dropped, unless the settings say otherwise; None: none is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    calibrated: bool
    scales: dict[str, tuple[float, float]] = Field(default_factory=dict)
    weights: dict[str, float]
    min_confidence: float | None = Field(default=None, ge=0, le=1)

    def confidence(self, kind: Kind, evidence: Evidence) -> float:
        """Return the probability that an analyst would confirm a detection, 0..1; NaN if not calibrated.

        Parameters
        ----------
        evidence : mapping of str to float
            As `terms` takes it.
        """
        return self.told(kind, evidence) if self.calibrated else math.nan

    def told(self, kind: Kind, evidence: Evidence) -> float:
        """Return what the weights say, 0.005..0.995, calibrated or not."""
        found = terms(kind, evidence, self.scales)
        logit = sum(weight * found.get(name, 0.0) for name, weight in self.weights.items())
        return min(max(1 / (1 + math.exp(-min(max(logit, -50.0), 50.0))), EDGE), 1 - EDGE)


# Of a model that was never held against truth: nothing is known but what it says itself.
AS_THE_MODEL_SAYS = ModelStage(calibrated=False, weights={"probability": 1.0})


class LastStage(BaseModel):
    """The last stage of every model, as a file holds it.

    Attributes
    ----------
    version : 1
        Of the file's form.
    models : mapping of str to ModelStage
        By the name of the model: ``fine``, ``coarse``, or that of a network of the user's own.
    provenance : mapping
        What it was fitted on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1]
    models: dict[str, ModelStage]
    provenance: dict[str, Any] = Field(default_factory=dict)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read a file.

        Raises
        ------
        ModelError
            If it cannot be read, or is no last stage.
        """
        try:
            return cls.model_validate_json(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise ModelError(
                f"last stage {path} cannot be read ({reason})",
                "a file that `sitewatch train` wrote is needed",
                "check the path",
            ) from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the file"
            raise ModelError(
                f"{path} is not a last stage ({where}: {first['msg']})",
                "a file that `sitewatch train` wrote is needed",
                "train it again, or leave it out",
            ) from error

    def to_text(self) -> str:
        """Return the file's text; the same stage gives the same bytes."""
        return json.dumps(self.model_dump(mode="json"), indent=1, allow_nan=False) + "\n"

    def of(self, model: str) -> ModelStage:
        """Return the stage of a model: its own here, else the one that comes with sitewatch, else none."""
        return self.models.get(model) or shipped().models.get(model) or AS_THE_MODEL_SAYS


@cache
def shipped() -> LastStage:
    """Return the last stage that comes with sitewatch."""
    text = (files("sitewatch.models.last_stage") / "weights.json").read_text("utf-8")
    return LastStage.model_validate_json(text)
