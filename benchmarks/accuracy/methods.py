"""What is tried on each pair: ours, ours without a kind of evidence, and the baselines."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from benchmarks.baselines import BASELINES
from benchmarks.baselines.registered import Register
from benchmarks.baselines.stand_in import stand_in
from sitewatch.errors import SitewatchError
from sitewatch.grid import gsd_m
from sitewatch.io.rasters import describe
from sitewatch.io.results import Run
from sitewatch.pipeline.scoring import FINE_UP_TO_M
from sitewatch.runs.benchmark.manifest import Entry
from sitewatch.runs.compare import compare
from sitewatch.settings import Evidence, EvidenceKind, Settings

Group: TypeAlias = Literal["ours", "without", "baselines"]
GROUPS: tuple[Group, ...] = get_args(Group)
OURS = "ours"
_KINDS: tuple[EvidenceKind, ...] = get_args(EvidenceKind)
_COLOURS = {"red", "green", "blue"}


@dataclass(frozen=True, slots=True)
class Method:
    """A way of comparing, and its name in the table."""

    name: str
    compare: Callable[..., Run]


def methods_for(entry: Entry, groups: Collection[Group]) -> list[Method]:
    """Name what can be tried on a pair, ours first.

    A pair that cannot be read gets ours only, which then says why; so does one without labels, where there is
    nothing to hold methods against.
    """
    ours = [Method(OURS, compare)] if OURS in groups else []
    if entry.truth is None and not entry.is_null:
        return ours
    try:
        pixel_m = gsd_m(describe(entry.before).require_grid())
    except SitewatchError:
        return ours
    bands = entry.bands or ()
    found = list(ours)
    if "without" in groups:
        found += [Method(name, partial(_compare_without, kinds)) for name, kinds in omissions(pixel_m, bands)]
    if "baselines" in groups:
        register = Register()
        found += [
            Method(baseline.name, stand_in(baseline, register))
            for baseline in BASELINES
            if baseline.applies(pixel_m, bands)
        ]
    return found


def omissions(pixel_m: float, bands: Collection[str]) -> Iterator[tuple[str, tuple[EvidenceKind, ...]]]:
    """Name what can be left out, and how the table calls the rest.

    The examiner of fine imagery is learned as a whole, so what else is left out shows in the rules only that
    stand in for it.
    """
    fine = pixel_m <= FINE_UP_TO_M and set(bands) >= _COLOURS
    if not fine:
        yield from ((f"ours without {kind}", (kind,)) for kind in _KINDS)
        return
    yield "ours without learned", ("learned",)
    for kind in ("spectral", "structural"):
        yield f"ours without learned, {kind}", ("learned", kind)


def _compare_without(kinds: tuple[EvidenceKind, ...], before: Path, after: Path, **options: Any) -> Run:
    settings: Settings = options.pop("settings")
    settings = settings.model_copy(update={"evidence": Evidence(without=kinds)})
    return compare(before, after, settings=settings, **options)
