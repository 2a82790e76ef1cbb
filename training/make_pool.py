"""Put together the pool of placements that verdicts on fine imagery are ranked among.

    python -m training.left_out --data ../shared/data --cache FOLDER --out RUNS
    python -m training.make_pool RUNS --manifest ../shared/data/MANIFEST.csv

It takes the pairs on which nothing happened, as far as their labels say, looked at by networks that were not
fitted on them. A few seconds.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from sitewatch import __version__
from sitewatch.errors import SitewatchError
from sitewatch.evaluate.truth import load_truth
from sitewatch.io.digests import digest
from sitewatch.io.rasters import describe
from sitewatch.io.results import OVERLAP, Run
from sitewatch.runs.benchmark import Trial, plan
from sitewatch.runs.placements import read_placements
from sitewatch.verdicts.pool import Numbers, make_pool

TARGET = Path(__file__).parents[1] / "src" / "sitewatch" / "verdicts" / "pools"
EXAMINER = TARGET.parents[1] / "models" / "examiner"
# The ground of a quiet pair of which so little changed is quiet all the same.
MOST_CHANGED = 0.001


def quiet(trial: Trial, run: Run) -> bool:
    """Tell whether nothing to speak of happened on a pair."""
    if trial.variant != "forward" or trial.entry.truth is None or not trial.entry.kind_told:
        return False
    grid = describe(run.raster("change")).require_grid()
    truth = load_truth(trial.entry.truth, grid)
    return float(((truth > 0) & (truth < 255)).mean()) <= MOST_CHANGED


def grounds(folders: Sequence[Path], manifest: Path) -> Iterator[tuple[str, str, Numbers]]:
    """Yield the model, the name and the placements of every quiet pair among some benchmarks."""
    for trial in plan(manifest):
        for folder in folders:
            path = folder / "runs" / trial.folder
            if not (path / "run.json").is_file():
                continue
            run = Run.open(path)
            if quiet(trial, run):
                model = run.info["fits"][OVERLAP]["model"]["name"]
                rows = read_placements(run, OVERLAP)
                if len(rows):
                    yield str(model), trial.entry.name, rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Write a pool a model."""
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("runs", type=Path, nargs="+", help="folders of benchmarks")
    parser.add_argument("--manifest", type=Path, required=True)
    given = parser.parse_args(arguments)
    found = list(grounds(given.runs, given.manifest))
    if not found:
        raise SitewatchError("no quiet pair", "runs of `training.left_out` are needed", "make them first")
    TARGET.mkdir(exist_ok=True)
    for model in sorted({model for model, _, _ in found}):
        mine = [(name, rows) for of, name, rows in found if of == model]
        facts = {
            "sitewatch": __version__,
            "networks": {file.name: digest(file) for file in sorted(EXAMINER.glob("*.onnx"))},
            "manifest_sha256": digest(given.manifest),
        }
        pool = make_pool(model, mine, facts)
        pool.save(TARGET / f"{model}.npz")
        sizes = np.exp(pool.rows.values[:, 0])
        sys.stdout.write(
            f"{model}: {len(pool.grounds)} grounds, {len(pool.rows)} placements of {sizes.min():,.0f} to "
            f"{sizes.max():,.0f} m2\n"
        )


if __name__ == "__main__":
    main()
