"""``python -m benchmarks``: the machine at hand, what is found on imagery that is there, and surveys."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import hidden, nulls, pixels, rivals, speed, stages, survey, train, verdicts
from benchmarks.accuracy import Wanted, report
from benchmarks.accuracy.manifest import find_manifest
from benchmarks.accuracy.methods import GROUPS
from benchmarks.accuracy.page import write_into
from sitewatch.errors import SitewatchError

TABLE, NUMBERS = "accuracy.md", "accuracy.json"


def main(args: Sequence[str] | None = None) -> int:
    """Run what was asked for, print it, and return the exit code: 1 if something could not be measured."""
    given = _parser().parse_args(args)
    complete = True
    if given.what in {"all", "speed"}:
        costs = speed.measure_all(given.sizes)
        spent = list(stages.spend_all(max(given.sizes), given.manifest))
        sys.stdout.write(f"{speed.table(costs)}\n\n{stages.stage_table(spent)}\n")
        complete &= all(cost.failure is None for cost in costs)
    if given.what in {"all", "accuracy"}:
        complete &= _accuracy(given)
    if given.what in {"all", "train"}:
        for text in train.report(given.domains or tuple(train.DOMAINS), given.rounds):
            sys.stdout.write(f"{text}\n")
    on_verdicts = {"verdicts": _of_runs, "rivals": _of_runs, "hidden": _hidden, "pixels": _pixels}
    if given.what in on_verdicts:
        complete &= on_verdicts[given.what](given)
    if given.what in {"all", "survey"}:
        for text in survey.report(given.simulations):
            sys.stdout.write(f"{text}\n")
    return 0 if complete else 1


def _of_runs(given: argparse.Namespace) -> bool:
    """Print the tables that stand on runs of `training.left_out`."""
    if given.what == "verdicts" and given.drawn:
        sys.stdout.write(f"{nulls.table(list(nulls.nulls(given.drawn)))}\n\n")
        return True
    if given.manifest is None:
        sys.stderr.write("error: no manifest of labelled imagery: name it with --manifest\n")
        return False
    try:
        texts = (
            verdicts.report(given.runs, given.manifest, given.fdr)
            if given.what == "verdicts"
            else rivals.report(given.runs, given.manifest)
        )
        for text in texts:
            sys.stdout.write(f"{text}\n\n")
    except SitewatchError as error:
        sys.stderr.write(f"error: {error}\n")
        return False
    return True


def _hidden(given: argparse.Namespace) -> bool:
    found = list(hidden.drawn(given.pairs))
    if given.manifest is not None:
        found += hidden.by_hand(given.manifest.parent / "clouds", 40 * given.pairs)
    sys.stdout.write(f"{hidden.table(found)}\n\n")
    return True


def _pixels(given: argparse.Namespace) -> bool:
    found = list(pixels.real(given.manifest)) if given.manifest is not None else []
    found += pixels.drawn(given.pairs)
    sys.stdout.write(f"{pixels.table(found)}\n\n")
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    whats = ["all", "speed", "accuracy", "train", "verdicts", "rivals", "hidden", "pixels", "survey"]
    parser.add_argument("what", nargs="?", choices=whats, default="all")
    sizes = list(speed.SIZES)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=sizes, metavar="PX", help="sides of the drawn pairs"
    )
    table = parser.add_argument_group("accuracy")
    table.add_argument("--set", dest="sets", action="append", default=[], help="only this set; repeatable")
    table.add_argument("--limit", type=int, default=2, help="pairs a set, 0 for all (default: 2)")
    table.add_argument("--methods", nargs="+", choices=GROUPS, default=list(GROUPS), help="default: all")
    table.add_argument("--jobs", type=int, default=1, help="pairs at a time (default: 1)")
    table.add_argument("--out", type=Path, help="new folder for the table, the runs and the pictures")
    table.add_argument("--into", type=Path, metavar="PAGE", help="put the tables into their place in a page")
    table.add_argument("--json", action="store_true", help="print numbers instead of the table")
    review = parser.add_argument_group("train")
    review.add_argument(
        "--domain", dest="domains", action="append", choices=list(train.DOMAINS), help="only this imagery"
    )
    review.add_argument("--rounds", type=int, default=train.ROUNDS, help="rounds of each domain")
    control = parser.add_argument_group("verdicts and rivals")
    control.add_argument("--runs", type=Path, nargs="+", default=[], help="what `training.left_out` wrote")
    control.add_argument("--manifest", type=Path, default=find_manifest())
    control.add_argument(
        "--drawn", type=int, default=0, metavar="N", help="N drawn places a nuisance instead of runs"
    )
    control.add_argument("--fdr", type=float, default=0.1, help="share of wrong sites that is allowed")
    clouds = parser.add_argument_group("hidden, pixels")
    clouds.add_argument(
        "--pairs", type=int, default=4, help="drawn pairs, of each imagery and share of cloud (default: 4)"
    )
    coverage = parser.add_argument_group("survey")
    coverage.add_argument(
        "--simulations", type=int, default=survey.SIMULATIONS, help="samples a cell (default: 10000)"
    )
    return parser


def _accuracy(given: argparse.Namespace) -> bool:
    wanted = Wanted(given.sets, given.limit or None, given.methods, given.jobs, given.out)
    try:
        found = report(wanted, _progress)
    except (SitewatchError, FileExistsError) as error:
        sys.stderr.write(f"error: {error}\n")
        return False
    numbers = json.dumps(found.numbers, indent=1, allow_nan=False)
    if given.out is not None and given.out.is_dir():
        (given.out / TABLE).write_text(found.text + "\n", "utf-8")
        (given.out / NUMBERS).write_text(numbers + "\n", "utf-8")
    if given.into is not None and found.numbers:
        write_into(given.into, found.text)
    sys.stdout.write(f"{numbers}\n" if given.json else f"\n{found.text}\n")
    return found.complete


def _progress(name: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{name:<72}")


if __name__ == "__main__":
    sys.exit(main())
