"""Whether `sitewatch verify` finds every change of a byte, and how long it takes on a run of many sites."""

import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sitewatch.evidence import Decision, Log, note, write_inputs, write_manifest
from sitewatch.evidence.decisions import now
from sitewatch.evidence.verify import verify

# Bytes of the files of a site: rasters, three chips with their pair and sidecars, pictures of the map.
_SITE = {
    "rasters/{site}/change.tif": 60_000,
    "rasters/{site}/score.tif": 400_000,
    **{
        f"chips/{{site}}-c-{number}{end}": size
        for number in range(3)
        for end, size in (
            (".png", 1_400_000), ("_before.png", 300_000), ("_after.png", 300_000), ("_before.pgw", 90),
            ("_after.pgw", 90), ("_before.png.aux.xml", 900), ("_after.png.aux.xml", 900),
        )
    },
    "page/quicklooks/{site}_before.webp": 30_000,
    "page/quicklooks/{site}_after.webp": 30_000,
    "placements/{site}.csv": 20_000,
}  # fmt: skip
_WHOLE = {"run.json": 20_000, "changes.geojson": 60_000, "sites.geojson": 6_000, "index.html": 50_000}
_DECISIONS = 12
_SMALL, _SHRUNK = 3, 100


@dataclass(frozen=True, slots=True)
class Found:
    """How many of the changed bytes were found, and the file named.

    Attributes
    ----------
    changes, found : int
    missed : tuple of str
        Files whose change was not seen, or was ascribed to another file.
    """

    changes: int
    found: int
    missed: tuple[str, ...]


def report(changes: int, sites: int) -> Iterator[str]:
    """Yield what was measured, a line each."""
    found = byte_changes(changes)
    yield f"bytes changed: {found.changes}, found and the file named: {found.found}"
    yield from (f"missed: {name}" for name in found.missed)
    yield duration(sites)


def byte_changes(changes: int, seed: int = 1) -> Found:
    """Change one byte of a drawn run after another, each time to another value, and look whether it shows.

    Files are drawn evenly, the records of decisions and custody and the manifest among them.
    """
    rng = random.Random(seed)  # noqa: S311 - which byte is changed is no secret
    missed = []
    with _drawn(_SMALL, _SHRUNK) as run:
        files = sorted(path for path in run.rglob("*") if path.is_file())
        for _ in range(changes):
            path = rng.choice(files)
            name = path.relative_to(run).as_posix()
            before = path.read_bytes()
            after = bytearray(before)
            after[rng.randrange(len(before))] ^= rng.randrange(1, 256)
            path.write_bytes(after)
            if name not in {fault.name for fault in verify(run, jobs=1).faults}:
                missed.append(name)
            path.write_bytes(before)
    return Found(changes, changes - len(missed), tuple(missed))


def duration(sites: int) -> str:
    """Measure how long a check of a drawn run of so many sites takes."""
    with _drawn(sites, 1) as run:
        size = sum(path.stat().st_size for path in run.rglob("*") if path.is_file())
        wall, cpu = time.perf_counter(), time.process_time()
        found = verify(run)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    whole = "whole" if found.whole else "not whole"
    return f"{sites} sites, {size / 1e9:.1f} GB: {whole}, {wall:.1f} s, processor {cpu:.1f} s"


@contextmanager
def _drawn(sites: int, shrunk: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sitewatch-verify-") as scratch:
        yield drawn_run(Path(scratch), sites=sites, shrunk=shrunk)


def drawn_run(scratch: Path, *, sites: int, shrunk: int) -> Path:
    """Make a run folder of noise, with everything in it that can be checked.

    Parameters
    ----------
    scratch : Path
        Folder for it and its input.
    sites : int
    shrunk : int
        Files are so many times smaller than usual.
    """
    rng = np.random.default_rng(0)
    run = scratch / "run"
    names = {pattern.format(site=f"site-{n}"): size for n in range(sites) for pattern, size in _SITE.items()}
    for name, size in {**names, **{key: value * sites for key, value in _WHOLE.items()}}.items():
        (run / name).parent.mkdir(parents=True, exist_ok=True)
        (run / name).write_bytes(rng.bytes(max(size // shrunk, 40)))
    scene = scratch / "scene.tif"
    scene.write_bytes(rng.bytes(1000))
    write_inputs(run, [scene])
    write_manifest(run)
    note(run, "made", command="detect")
    for number in range(_DECISIONS):
        Log.of(run).write(Decision(change_id=f"c-{number}", reviewer="ann", status="confirmed", at=now()))
    return run
