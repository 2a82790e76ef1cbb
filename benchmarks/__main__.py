"""``python -m benchmarks``: the machine at hand, what is found on imagery that is there, and surveys."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import nulls, registration, speed, survey, train, verdicts
from benchmarks.accuracy import Wanted, report
from benchmarks.accuracy.manifest import find_manifest
from benchmarks.accuracy.methods import GROUPS
from benchmarks.accuracy.page import write_into
from sitewatch.errors import SitewatchError

# Drawn pairs that are registered: each ground and theme at each resolution, twice.
_DRAWN = 54
TABLE, NUMBERS = "accuracy.md", "accuracy.json"


def main(args: Sequence[str] | None = None) -> int:
    """Run what was asked for, print it, and return the exit code: 1 if something could not be measured."""
    given = _parser().parse_args(args)
    complete = True
    if given.what in {"all", "speed"}:
        costs = speed.measure_all(given.sizes)
        sys.stdout.write(f"{speed.table(costs)}\n")
        complete &= all(cost.failure is None for cost in costs)
    if given.what in {"all", "accuracy"}:
        complete &= _accuracy(given)
    if given.what in {"all", "train"}:
        for text in train.report(given.domains or tuple(train.DOMAINS), given.rounds):
            sys.stdout.write(f"{text}\n")
    if given.what in _ALONE:
        complete &= _ALONE[given.what](given)
    if given.what in {"all", "survey"}:
        for text in survey.report(given.simulations):
            sys.stdout.write(f"{text}\n")
    return 0 if complete else 1


def _registration(given: argparse.Namespace) -> bool:
    found = list(registration.outcomes(given.drawn or _DRAWN, given.manifest, given.real))
    sys.stdout.write(f"{registration.numbers(found) if given.json else registration.table(found)}\n")
    return True


def _verdicts(given: argparse.Namespace) -> bool:
    if given.drawn:
        sys.stdout.write(f"{nulls.table(list(nulls.nulls(given.drawn)))}\n\n")
        return True
    if given.manifest is None:
        sys.stderr.write("error: no manifest of labelled imagery: name it with --manifest\n")
        return False
    try:
        for text in verdicts.report(given.runs, given.manifest, given.fdr):
            sys.stdout.write(f"{text}\n\n")
    except SitewatchError as error:
        sys.stderr.write(f"error: {error}\n")
        return False
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    whats = ["all", "speed", "accuracy", "train", "verdicts", "registration", "survey"]
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
    control = parser.add_argument_group("verdicts")
    control.add_argument("--runs", type=Path, nargs="+", default=[], help="what `training.left_out` wrote")
    control.add_argument("--manifest", type=Path, default=find_manifest())
    control.add_argument(
        "--drawn",
        type=int,
        default=0,
        metavar="N",
        help="N drawn places a nuisance instead of runs; of registration: N pairs (default: 54)",
    )
    control.add_argument("--real", type=int, default=1, help="of registration: real pairs a set (default: 1)")
    control.add_argument("--fdr", type=float, default=0.1, help="share of wrong sites that is allowed")
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


# What is measured only when it is named.
_ALONE = {"verdicts": _verdicts, "registration": _registration}

if __name__ == "__main__":
    sys.exit(main())
