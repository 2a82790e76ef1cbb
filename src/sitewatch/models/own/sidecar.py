"""The sidecar of a network: a small JSON beside the ONNX file that says how the network is fed and read."""

from pathlib import Path
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sitewatch.errors import ModelError
from sitewatch.records import BAND_NAMES, KINDS, Kind

# What an output stands for: no change, a change of some kind nobody names, or a kind.
Meaning: TypeAlias = Literal["none", "any"] | Kind


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class MeanStd(_Part):
    """``(value - mean) / std``, a number a band, in the units of the before scene."""

    method: Literal["mean_std"]
    mean: tuple[float, ...]
    std: tuple[Annotated[float, Field(gt=0)], ...]


class MinMax(_Part):
    """``(value - low) / (high - low)``, a number a band, cut to 0..1."""

    method: Literal["min_max"]
    low: tuple[float, ...]
    high: tuple[float, ...]

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if any(low >= high for low, high in zip(self.low, self.high, strict=False)):
            raise ValueError("each high must be above its low")
        return self


class Percentiles(_Part):
    """``(value - low) / (high - low)``, cut to 0..1, with percentiles of both dates together, a band."""

    method: Literal["percentiles"]
    low: float = Field(default=2.0, ge=0, lt=100)
    high: float = Field(default=98.0, gt=0, le=100)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.low >= self.high:
            raise ValueError("high must be above low")
        return self


Normalisation: TypeAlias = Annotated[MeanStd | MinMax | Percentiles, Field(discriminator="method")]


class Sidecar(_Part):
    """How a network of the user's own is fed, and what its outputs mean.

    Attributes
    ----------
    bands : tuple of str
        In the order in which the network takes them; names as `records.BAND_NAMES`.
    normalisation : MeanStd, MinMax or Percentiles
    layout : str
        ``two_inputs``: before and after, (1, bands, tile, tile) each, in the order of the network's inputs.
        ``stacked``: one input, (1, 2 bands, tile, tile), before first.
    tile : int
        Side of what the network looks at, its pixels.
    overlap : int
        By how much neighbouring tiles overlap, at most half of `tile`: there they are blended.
    pixel_m : float or None
        Pixel size that the network was made for, metres; images are resampled to it. None: any.
    classes : tuple of Meaning
        What each output plane stands for, in order.
    activation : str
        What is still to be done to the outputs: ``softmax`` across the planes, ``sigmoid`` to each, or
        ``none`` if they are probabilities.
    temperature : float
        The outputs are divided by it before the activation (Guo et al. 2017).
    threshold : float
        Probability that starts an object, unless the settings say otherwise.
    """

    bands: tuple[str, ...] = Field(min_length=1)
    normalisation: Normalisation
    layout: Literal["two_inputs", "stacked"]
    tile: int = Field(ge=16, le=4096)
    overlap: int = Field(ge=0)
    pixel_m: float | None = Field(default=None, gt=0)
    classes: tuple[Meaning, ...] = Field(min_length=1)
    activation: Literal["softmax", "sigmoid", "none"]
    temperature: float = Field(default=1.0, gt=0)
    threshold: float = Field(default=0.5, gt=0, lt=1)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        strange = [name for name in self.bands if name not in BAND_NAMES]
        if strange or len(set(self.bands)) < len(self.bands):
            raise ValueError(f"bands must be different names of {', '.join(BAND_NAMES)}")
        numbers = [value for value in self.normalisation.model_dump().values() if isinstance(value, tuple)]
        if any(len(value) != len(self.bands) for value in numbers):
            raise ValueError(f"normalisation must have {len(self.bands)} numbers, one a band")
        if 2 * self.overlap > self.tile:
            raise ValueError("overlap must be at most half of tile")
        if not set(self.classes) & {"any", *KINDS}:
            raise ValueError("classes must name a kind, or any")
        if self.activation == "softmax" and len(self.classes) < 2:
            raise ValueError("softmax needs two outputs or more; for one use sigmoid")
        if self.activation == "none" and self.temperature != 1:
            raise ValueError("a temperature needs an activation")
        return self

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read the sidecar of a network.

        Raises
        ------
        ModelError
            If there is none, or it says what cannot be.
        """
        try:
            return cls.model_validate_json(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise ModelError(
                f"{path} cannot be read ({reason})",
                "a network needs a sidecar that says its bands, tile and classes",
                "write one beside it, with the same name and .json",
            ) from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the sidecar"
            raise ModelError(
                f"{path.name}: {where}: {first['msg'].removeprefix('Value error, ')}",
                "a sidecar must say how the network is fed and what its outputs mean",
                "correct it",
            ) from error
