"""What each stage of a comparison costs: CPU seconds inside of one process that has all it needs loaded."""

import importlib
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.scenes import draw
from sitewatch.catalogue.usable import fit_seeing
from sitewatch.evaluate.table import markdown, number
from sitewatch.io.rasters import describe
from sitewatch.runs.benchmark.manifest import read_manifest
from sitewatch.runs.compare import compare
from sitewatch.runs.options import CompareOptions

# Whose calls make up a stage: the place where it is looked up when it is called, and its name there.
STAGES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "content": (("sitewatch.pipeline.detect", "require_content"),),
    "registration": (("sitewatch.pipeline.detect", "register"),),
    "masks": (("sitewatch.pipeline.detect", "fit_sight"), ("sitewatch.pipeline.prepare", "unseen_reasons")),
    "drawing and normalisation": (
        ("sitewatch.pipeline.prepare", "load_registered"),
        ("sitewatch.pipeline.fitting", "fit_normalisation"),
    ),
    "network": (("sitewatch.models.examiner", "examine"),),
    "verdict layers": (("sitewatch.pipeline.detect", "cover_layers"),),
    "objects": (("sitewatch.pipeline.detect", "draw_new"), ("sitewatch.pipeline.detect", "find_objects")),
    "shaping": (("sitewatch.pipeline.detect", "draw_grey"), ("sitewatch.pipeline.detect", "shape_objects")),
    "evidence": (("sitewatch.pipeline.detect", "make_changes"),),
}
WHOLE = ("sitewatch.runs.judging", "detect")
AFTERWARDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "rasters": (("sitewatch.runs.writing", "write_cog"),),
    "chips": (("sitewatch.runs.writing", "write_chips"),),
    "tables and page": (("sitewatch.runs.compare", "finish"),),
}
# Pair-megapixels a second that one core should examine.
MARK = 1.0
REAL = ("levir", "test_1")
_WARM, _ROUNDS = 64, 3


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds by stage of one comparison.

    Attributes
    ----------
    what : str
    mpix : float
        Millions of pixels of one date.
    detection : float
        All of the detection, with what no stage names.
    stages : mapping of str to float
        In the order of `STAGES`, then `AFTERWARDS`, which do not belong to the detection.
    """

    what: str
    mpix: float
    detection: float
    stages: Mapping[str, float]


def spend(what: str, before: Path, after: Path, **options: Any) -> Spent:
    """Compare a pair a few times and return what the cheapest took, stage by stage.

    On a machine that others use as well the least of several is the sturdiest.
    """
    info = describe(before)
    tried = [_once(before, after, options) for _ in range(_ROUNDS)]
    times = {name: min(one[name] for one in tried) for name in tried[0]}
    return Spent(what, info.shape[0] * info.shape[1] / 1e6, times.pop("detection"), times)


def spend_all(size: int, manifest: Path | None) -> Iterator[Spent]:
    """Measure a drawn pair of `size` pixels a side, and one of LEVIR where a manifest names it."""
    with tempfile.TemporaryDirectory(prefix="sitewatch-stages-") as temporary:
        folder = Path(temporary)
        # The first comparison imports what is needed and opens the networks.
        _once(*draw(folder / "warm", _WARM), {})
        yield spend(f"drawn {size}", *draw(folder / "drawn", size))
    for entry in read_manifest(manifest) if manifest is not None else ():
        if (entry.set, entry.pair) == REAL:
            yield spend(" ".join(REAL), entry.before, entry.after, bands=entry.bands, sensor=entry.sensor)


def stage_table(spent: Sequence[Spent]) -> str:
    """Return the stages as a Markdown table, CPU seconds a pair-megapixel."""
    rows = [[name, *(number(one.stages[name] / one.mpix) for one in spent)] for name in STAGES]
    rest = [(one.detection - sum(one.stages[name] for name in STAGES)) / one.mpix for one in spent]
    rows += [["other steps", *(number(max(value, 0.0)) for value in rest)]]
    rows += [["detection in all", *(number(one.detection / one.mpix) for one in spent)]]
    rates = [one.mpix / one.detection for one in spent]
    told = [f"{number(rate)}, {'kept' if rate >= MARK else 'missed'} ({MARK:g})" for rate in rates]
    rows += [["pair-MPix/s a core (mark)", *told]]
    rows += [[name, *(number(one.stages[name] / one.mpix) for one in spent)] for name in AFTERWARDS]
    return markdown(["CPU s a pair-MPix", *(one.what for one in spent)], rows)


def _once(before: Path, after: Path, options: CompareOptions) -> dict[str, float]:
    # What is kept from one comparison to the next would make the second seem cheaper than it is.
    fit_seeing.cache_clear()
    with tempfile.TemporaryDirectory(prefix="sitewatch-run-") as out, _clocks() as times:
        compare(before, after, **{**options, "out": Path(out) / "run", "jobs": 1})
    return times


@contextmanager
def _clocks() -> Iterator[dict[str, float]]:
    """Let every stage add up its CPU seconds."""
    watched = {"detection": (WHOLE,), **STAGES, **AFTERWARDS}
    times = dict.fromkeys(watched, 0.0)
    with ExitStack() as stack:
        for stage, places in watched.items():
            for module, name in places:
                work = getattr(importlib.import_module(module), name)
                stack.enter_context(patch(f"{module}.{name}", _timed(work, stage, times)))
        yield times


def _timed(work: Callable[..., Any], stage: str, times: dict[str, float]) -> Callable[..., Any]:
    def timed(*args: Any, **kwargs: Any) -> Any:
        start = time.process_time()
        try:
            return work(*args, **kwargs)
        finally:
            times[stage] += time.process_time() - start

    return timed
