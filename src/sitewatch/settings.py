"""Every setting: a frozen record a stage, filled from defaults, then ``sitewatch.toml``, then flags.

Nothing below the pipeline sees these records: it hands each step its own values as keywords.
"""

import tomllib
from pathlib import Path
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sitewatch.errors import SettingsError

EvidenceKind: TypeAlias = Literal["spectral", "structural", "contextual", "learned"]


# Settings that name files.
_FILES = {"model": ("network", "last_stage"), "verdicts": ("pool",)}


class _Stage(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Registration(_Stage):
    """How the after scene is brought onto the before scene."""

    max_shift_m: float = Field(default=30.0, gt=0, description="Largest shift that is looked for, metres")
    local: bool = Field(default=True, description="Refine the global fit tile by tile")


class Masking(_Stage):
    """What counts as ground that could be seen."""

    provider: bool = Field(default=True, description="Use the provider's mask where there is one")
    grow_m: float = Field(
        default=30.0, ge=0, description="How far clouds and their shadows are widened, metres"
    )
    min_usable: float = Field(
        default=0.6,
        ge=0,
        le=1,
        description='Smallest usable share of a site for the verdict "no visible change"',
    )


class Evidence(_Stage):
    """What the scores rest on."""

    without: tuple[EvidenceKind, ...] = Field(
        default=(),
        description="Evidence to leave out of the scores: spectral, structural, contextual, learned",
    )


class Objects(_Stage):
    """From scores to objects."""

    min_score: float | None = Field(
        default=None, gt=0, lt=1, description="Probability that starts an object; by model if not given"
    )
    min_area_m2: float | None = Field(
        default=None, gt=0, description="Smallest object; by resolution if not given"
    )
    min_confidence: float | None = Field(
        default=None, ge=0, le=1, description="Confidence below which an object is dropped; by last stage"
    )


class Model(_Stage):
    """What looks at the pixels, and what judges the objects. Paths in a file start from its folder."""

    network: Path | None = Field(
        default=None, description="ONNX network of your own, with its sidecar; by resolution if not given"
    )
    last_stage: Path | None = Field(
        default=None,
        description="File that `sitewatch train` wrote; the one that comes with sitewatch if not",
    )


class Verdicts(_Stage):
    """What makes a site changed."""

    fdr: float = Field(
        default=0.1,
        gt=0,
        le=1,
        description="Share of wrong sites among those called changed; 1: whatever was found is a change",
    )
    pool: Path | None = Field(
        default=None,
        description="Pool that `sitewatch calibrate --pool` wrote; the one that comes with sitewatch if not",
    )
    smallest: bool = Field(
        default=False,
        description="Measure in each unchanged site's own images how small a change would have been found",
    )
    smallest_runs: int = Field(default=8, ge=3, le=50, description="Runs of the whole chain for that, a site")


class Sequence(_Stage):
    """More than two dates."""

    scenes: int = Field(
        default=0,
        ge=0,
        le=12,
        description="Further scenes in which each change of a site is looked for again",
    )


class Chips(_Stage):
    """The figures of a run."""

    size_m: float | None = Field(
        default=None, gt=0, description="Side of a chip; fitted to the change if not given"
    )
    dpi: int = Field(default=200, ge=72, le=1200, description="Dots an inch")
    most: int = Field(
        default=100, ge=0, description="Most chips of one run, largest and surest changes first"
    )


class Settings(_Stage):
    """All stages."""

    registration: Registration = Registration()
    masking: Masking = Masking()
    evidence: Evidence = Evidence()
    objects: Objects = Objects()
    model: Model = Model()
    verdicts: Verdicts = Verdicts()
    sequence: Sequence = Sequence()
    chips: Chips = Chips()


def load_settings(file: Path | None = None, flags: dict[str, Any] | None = None) -> Settings:
    """Settle the settings of a run.

    Parameters
    ----------
    file : Path, optional
        A ``sitewatch.toml``; skipped if it does not exist.
    flags : dict, optional
        ``{"stage.name": value}``; None values are skipped. They win over the file.

    Raises
    ------
    SettingsError
        If the file is not TOML, or a setting is unknown or out of range.
    """
    values = _from_file(file) if file is not None and file.exists() else {}
    for name, value in (flags or {}).items():
        if value is not None:
            stage, _, key = name.rpartition(".")
            (values.setdefault(stage, {}) if stage else values)[key] = value
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise SettingsError(
            f"setting {where} = {first.get('input')!r}",
            first["msg"],
            f"correct it in {file.name if file else 'the options'}",
        ) from error


def _from_file(file: Path) -> dict[str, Any]:
    """Read a settings file; the files that it names lie where it says, seen from its own folder."""
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not TOML ({error})", "settings are TOML", "mend it") from error
    for stage, names in _FILES.items():
        given = values.get(stage)
        if isinstance(given, dict):
            files = {
                name: str(file.parent / given[name]) for name in names if isinstance(given.get(name), str)
            }
            given.update(files)
    return values
