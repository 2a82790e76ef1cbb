"""The shared vocabulary of the commands: the options and types that more than one of them has."""

import datetime as dt
import functools
import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import click

from sitewatch.errors import SettingsError
from sitewatch.records import DatePrecision

# Exit code of what was done in part.
PARTLY = 3

# The options that stand for a setting, and which.
_SETTINGS = {
    "config": "config",
    "min_score": "objects.min_score",
    "min_area": "objects.min_area_m2",
    "min_confidence": "objects.min_confidence",
    "model": "model.network",
    "last_stage": "model.last_stage",
    "fdr": "verdicts.fdr",
    "pool": "verdicts.pool",
    "smallest": "verdicts.smallest",
}

F = TypeVar("F", bound=Callable[..., Any])
Moment: TypeAlias = tuple[dt.datetime, DatePrecision]


class MomentType(click.ParamType[Moment]):
    """A date as far as it is known: 2017, 2017-09, 2017-09-25, or a full ISO 8601 time (UTC if no zone)."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Moment:
        """Parse the text, or say what is wrong with it."""
        if isinstance(value, tuple):
            return value[0], value[1]
        from sitewatch.runs.options import parse_moment

        try:
            return parse_moment(value)
        except SettingsError as error:
            self.fail(f"{error.found}; {error.needed}", param, ctx)


class BandsType(click.ParamType[tuple[str, ...]]):
    """Band names in file order: ``red,green,blue,nir``."""

    name = "bands"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Split at commas and spaces, or say what is wrong."""
        if isinstance(value, tuple):
            return value
        names = tuple(name for name in re.split(r"[,\s]+", value.strip().lower()) if name)
        if not names or len(set(names)) != len(names):
            self.fail(f"{value!r} must name each band once, as in red,green,blue", param, ctx)
        return names


class LonLatType(click.ParamType[tuple[float, float]]):
    """A position as ``LON,LAT`` in degrees (WGS84)."""

    name = "lon,lat"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float]:
        """Parse two numbers in range, or say what is wrong."""
        if isinstance(value, tuple):
            return value[0], value[1]
        try:
            lon, lat = (float(part) for part in value.split(","))
        except ValueError:
            self.fail(f"{value!r} is not LON,LAT, as in 92.31,21.05", param, ctx)
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            self.fail(f"{value!r} is out of range: LON -180..180, LAT -90..90", param, ctx)
        return lon, lat


def workspace_option(function: F) -> F:
    """Add ``--workspace DIR``, by default the folder the user stands in."""
    return click.option(
        "--workspace",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path(),
        show_default="this folder",
        help="Folder with aois/, scenes/ and outputs/.",
    )(function)


def json_option(function: F) -> F:
    """Add ``--json``: print a machine-readable summary on standard output instead of words."""
    return click.option("--json", "as_json", is_flag=True, help="Print a machine-readable summary.")(function)


def verbose_option(function: F) -> F:
    """Add ``-v``: log what is done on standard error; twice for details."""

    def start(ctx: click.Context, param: click.Parameter, value: int) -> int:
        del ctx, param
        if value:
            level = logging.INFO if value == 1 else logging.DEBUG
            logging.basicConfig(level=level, format="%(levelname).1s %(name)s: %(message)s")
        return value

    return click.option(
        "-v", "--verbose", count=True, callback=start, expose_value=False, help="Log; twice for more."
    )(function)


def settings_options(function: F) -> F:
    """Add ``--config`` and what stands for single settings; they arrive as one mapping, ``settings``."""
    file = click.Path(path_type=Path, exists=True, dir_okay=False)
    options = (
        click.option(
            "--config",
            type=file,
            help="A sitewatch.toml.",
        ),
        click.option(
            "--min-score",
            type=click.FloatRange(0, 1, min_open=True, max_open=True),
            help="Probability from which a pixel starts an object.",
        ),
        click.option(
            "--min-area", type=click.FloatRange(min=0, min_open=True), help="Smallest object, square metres."
        ),
        click.option(
            "--min-confidence",
            type=click.FloatRange(0, 1),
            help="Confidence below which an object is dropped; as the last stage says by default.",
        ),
        click.option("--model", type=file, help="ONNX network of your own, with its sidecar FILE.json."),
        click.option("--last-stage", type=file, help="What `sitewatch train` wrote."),
        click.option(
            "--fdr",
            type=click.FloatRange(0, 1, min_open=True),
            help="Share of wrong sites among those called changed, 0.1 by default; 1: no control.",
        ),
        click.option("--pool", type=file, help="What `sitewatch calibrate --pool` wrote."),
        click.option(
            "--smallest",
            is_flag=True,
            default=None,
            help="Measure how small a change would have been found at each site without one (slow).",
        ),
    )

    @functools.wraps(function)
    def gathered(**given: Any) -> Any:
        settings = {setting: given.pop(option) for option, setting in _SETTINGS.items()}
        return function(settings=settings, **given)

    wrapped: Any = gathered
    for option in reversed(options):
        wrapped = option(wrapped)
    result: F = wrapped
    return result


def statement_options(function: F) -> F:
    """Add what the user answers for about the images that are published; it arrives as ``said``."""
    options = (
        click.option(
            "--credit",
            "credits",
            multiple=True,
            metavar="SCENE=TEXT",
            callback=_pairs,
            help="Credit of a scene, stated by you; SCENE may be `all` for those that have none.",
        ),
        click.option(
            "--licence",
            "licences",
            multiple=True,
            metavar="SCENE=TEXT",
            callback=_pairs,
            help="Licence of a scene, stated by you; SCENE may be `all` for those that have none.",
        ),
        click.option(
            "--allow-unlicensed",
            "allow",
            is_flag=True,
            help="Publish although a licence is missing or forbids it: you have leave. Figures say so.",
        ),
    )

    @functools.wraps(function)
    def gathered(**given: Any) -> Any:
        from sitewatch.report.credit import Statements

        said = Statements(given.pop("credits"), given.pop("licences"), given.pop("allow"))
        return function(said=said, **given)

    wrapped: Any = gathered
    for option in reversed(options):
        wrapped = option(wrapped)
    result: F = wrapped
    return result


def _pairs(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    """Split ``NAME=TEXT`` at the first equals sign."""
    pairs = {}
    for text in value:
        name, equals, said = text.partition("=")
        if not (equals and name.strip() and said.strip()):
            raise click.BadParameter(f"{text!r} is not SCENE=TEXT", ctx, param)
        pairs[name.strip()] = said.strip()
    return pairs


def moment_or_id(ctx: click.Context, param: click.Parameter, value: str | None) -> Moment | str | None:
    """Read a date where the text is one, and take anything else as a scene's id."""
    if value is None:
        return None
    try:
        return MomentType().convert(value, param, ctx)
    except click.BadParameter:
        return value


def emit_json(value: Any) -> None:
    """Print one JSON document, keys as given, dates in ISO 8601."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


@contextmanager
def progress(total: int | None, what: str) -> Iterator[Callable[[str], None]]:
    """Show progress on a terminal and nothing elsewhere; yields a function to call after each step.

    A total of None: nobody knows how many steps there will be.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(what, total=total)

        def step(label: str) -> None:
            bar.update(task, advance=1, description=label)

        yield step
