"""What commands cost: CPU and wall seconds and peak memory of whole processes, imports included.

The unit is *read*: decoding both scenes, the least that any comparison has to do. CPU seconds are sturdier
than wall seconds on a machine that others use as well.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import sitewatch
from benchmarks.scenes import draw
from sitewatch.evaluate.table import markdown, number

SIZES = (512, 1024)
# CPU seconds of whole processes.
HELP_MARK = 0.4
COMPARE_MARKS: Mapping[int, float] = {512: 6.0, 1024: 20.0}

_LAUNCHER = Path(__file__).with_name("launch.py")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command took; seconds and MiB.

    Attributes
    ----------
    mark : float or None
        CPU seconds that it should not exceed.
    failure : str or None
        Its last words, if it failed.
    """

    what: str
    cpu_s: float
    wall_s: float
    peak_mib: float
    mark: float | None = None
    failure: str | None = None

    @property
    def verdict(self) -> str:
        """``kept`` or ``missed``, or what went wrong."""
        if self.failure is not None:
            return f"failed: {self.failure}"
        if self.mark is None:
            return ""
        return f"{'kept' if self.cpu_s <= self.mark else 'missed'} ({self.mark:g})"


def measure(what: str, module: str, *words: str, mark: float | None = None) -> Cost:
    """Run ``python -m module words`` in a process of its own and return what it took."""
    # The package is found where it was imported from, installed or not; `benchmarks` lies beside this file.
    paths = [Path(sitewatch.__file__).parents[1], Path(__file__).parents[1]]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    with tempfile.TemporaryDirectory(prefix="sitewatch-took-") as folder:
        took_file = Path(folder) / "took.json"
        launcher = [sys.executable, "-I", "-S", str(_LAUNCHER), str(took_file)]
        done = subprocess.run(  # noqa: S603 - our own launcher and our own words
            [*launcher, sys.executable, "-m", module, *words],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=True,
        )
        took = json.loads(took_file.read_text("utf-8"))
    code = took.pop("code")
    last = done.stdout.decode(errors="replace").strip().splitlines()[-1:]
    return Cost(what, **took, mark=mark, failure=" ".join(last) or f"exit code {code}" if code else None)


def measure_all(sizes: Sequence[int] = SIZES) -> list[Cost]:
    """Measure ``--help``, and reading and comparing a drawn pair of each size (pixels a side)."""
    costs = [measure("sitewatch --help", "sitewatch", "--help", mark=HELP_MARK)]
    with tempfile.TemporaryDirectory(prefix="sitewatch-speed-") as temporary:
        folder = Path(temporary)
        for size in sizes:
            before, after = map(str, draw(folder / str(size), size))
            costs.append(measure(f"read {size}", "benchmarks.read", before, after))
            out = str(folder / f"run-{size}")
            name, mark = f"compare {size}", COMPARE_MARKS.get(size)
            costs.append(measure(name, "sitewatch", "compare", before, after, "--out", out, mark=mark))
    return costs


def table(costs: Sequence[Cost]) -> str:
    """Return the costs as a Markdown table."""
    header = ("command", "CPU s", "wall s", "peak MiB", "mark (CPU s)")
    rows = [
        (cost.what, number(cost.cpu_s), number(cost.wall_s), number(cost.peak_mib), cost.verdict)
        for cost in costs
    ]
    return markdown(header, rows)
