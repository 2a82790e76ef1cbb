"""``python -m benchmarks WHAT``: the machine at hand, what is found on imagery that is there, and surveys."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks import (
    hidden,
    nulls,
    pixels,
    registration,
    rivals,
    speed,
    stages,
    survey,
    train,
    verdicts,
    verify,
)
from benchmarks.accuracy import Wanted, report
from benchmarks.accuracy.manifest import find_manifest
from benchmarks.accuracy.methods import GROUPS
from benchmarks.accuracy.page import write_into
from sitewatch.errors import SitewatchError

TABLE, NUMBERS = "accuracy.md", "accuracy.json"

Given = argparse.Namespace
# Prints what it measured, and tells whether everything could be measured.
Measure = Callable[[Given], bool]


def main(args: Sequence[str] | None = None) -> int:
    """Run what was asked for, print it, and return the exit code: 1 if something could not be measured."""
    given = _parser().parse_args(args)
    names = USUAL if given.what == "all" else (given.what,)
    # One that fails keeps none of the others from being measured.
    complete = [MEASURES[name](given) for name in names]
    return 0 if all(complete) else 1


def _speed(given: Given) -> bool:
    costs = speed.measure_all(given.sizes)
    spent = list(stages.spend_all(max(given.sizes), given.manifest))
    _say([f"{speed.table(costs)}\n", stages.stage_table(spent)])
    return all(cost.failure is None for cost in costs)


def _accuracy(given: Given) -> bool:
    wanted = Wanted(given.sets, given.limit or None, given.methods, given.jobs, given.out)
    try:
        found = report(wanted, _progress)
    except (SitewatchError, FileExistsError) as error:
        return _failed(error)
    numbers = json.dumps(found.numbers, indent=1, allow_nan=False)
    if given.out is not None and given.out.is_dir():
        (given.out / TABLE).write_text(found.text + "\n", "utf-8")
        (given.out / NUMBERS).write_text(numbers + "\n", "utf-8")
    if given.into is not None and found.numbers:
        write_into(given.into, found.text)
    _say([numbers if given.json else f"\n{found.text}"])
    return found.complete


def _train(given: Given) -> bool:
    return _say(train.report(given.domains or tuple(train.DOMAINS), given.rounds))


def _survey(given: Given) -> bool:
    return _say(survey.report(given.simulations))


def _verdicts(given: Given) -> bool:
    if given.drawn:
        return _say([f"{nulls.table(list(nulls.nulls(given.drawn)))}\n"])
    return _of_runs(given, lambda manifest: verdicts.report(given.runs, manifest, given.fdr))


def _rivals(given: Given) -> bool:
    return _of_runs(given, lambda manifest: rivals.report(given.runs, manifest))


def _of_runs(given: Given, tables: Callable[[Path], Iterable[str]]) -> bool:
    """Print tables that stand on runs of `training.left_out`."""
    if given.manifest is None:
        return _failed("no manifest of labelled imagery: name it with --manifest")
    try:
        return _say(f"{text}\n" for text in tables(given.manifest))
    except SitewatchError as error:
        return _failed(error)


def _hidden(given: Given) -> bool:
    found = list(hidden.drawn(given.pairs))
    if given.manifest is not None:
        found += hidden.by_hand(given.manifest.parent / "clouds", 40 * given.pairs)
    return _say([f"{hidden.table(found)}\n"])


def _pixels(given: Given) -> bool:
    found = list(pixels.real(given.manifest)) if given.manifest is not None else []
    found += pixels.drawn(given.pairs)
    return _say([f"{pixels.table(found)}\n"])


def _verify(given: Given) -> bool:
    return _say(verify.report(given.changes, given.sites))


def _registration(given: Given) -> bool:
    found = []
    for one in registration.outcomes(given.drawn or registration.DRAWN, given.manifest, given.real):
        found.append(one)
        sys.stderr.write(f"{registration.line(one)}\n")
    return _say([registration.numbers(found) if given.json else registration.table(found)])


def _say(texts: Iterable[str]) -> bool:
    for text in texts:
        sys.stdout.write(f"{text}\n")
    return True


def _failed(error: object) -> bool:
    sys.stderr.write(f"error: {error}\n")
    return False


def _progress(name: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{name:<72}")


MEASURES: Mapping[str, Measure] = {
    "speed": _speed,
    "accuracy": _accuracy,
    "train": _train,
    "survey": _survey,
    "verdicts": _verdicts,
    "rivals": _rivals,
    "hidden": _hidden,
    "pixels": _pixels,
    "verify": _verify,
    "registration": _registration,
}
# Those that need nothing but the checkout; what they find of real imagery they measure besides.
USUAL = ("speed", "accuracy", "train", "survey")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["all", *MEASURES], default="all")
    parser.add_argument("--manifest", type=Path, default=find_manifest(), help="of labelled imagery")
    parser.add_argument(
        "--json", action="store_true", help="print numbers instead of a table, where there are"
    )
    cost = parser.add_argument_group("speed")
    sizes = list(speed.SIZES)
    cost.add_argument(
        "--sizes", type=int, nargs="+", default=sizes, metavar="PX", help="sides of the drawn pairs"
    )
    table = parser.add_argument_group("accuracy")
    table.add_argument("--set", dest="sets", action="append", default=[], help="only this set; repeatable")
    table.add_argument("--limit", type=int, default=2, help="pairs a set, 0 for all (default: 2)")
    table.add_argument("--methods", nargs="+", choices=GROUPS, default=list(GROUPS), help="default: all")
    table.add_argument("--jobs", type=int, default=1, help="pairs at a time (default: 1)")
    table.add_argument("--out", type=Path, help="new folder for the table, the runs and the pictures")
    table.add_argument("--into", type=Path, metavar="PAGE", help="put the tables into their place in a page")
    review = parser.add_argument_group("train")
    review.add_argument(
        "--domain", dest="domains", action="append", choices=list(train.DOMAINS), help="only this imagery"
    )
    review.add_argument("--rounds", type=int, default=train.ROUNDS, help="rounds of each domain")
    coverage = parser.add_argument_group("survey")
    coverage.add_argument(
        "--simulations", type=int, default=survey.SIMULATIONS, help="samples a cell (default: 10000)"
    )
    control = parser.add_argument_group("verdicts and rivals")
    control.add_argument("--runs", type=Path, nargs="+", default=[], help="what `training.left_out` wrote")
    control.add_argument(
        "--drawn",
        type=int,
        default=0,
        metavar="N",
        help="N drawn places a nuisance instead of runs; pairs to register",
    )
    control.add_argument("--real", type=int, default=1, help="of registration: real pairs a set (default: 1)")
    control.add_argument("--fdr", type=float, default=0.1, help="share of wrong sites that is allowed")
    clouds = parser.add_argument_group("hidden, pixels")
    clouds.add_argument(
        "--pairs", type=int, default=4, help="drawn pairs, of each imagery and share of cloud (default: 4)"
    )
    whole = parser.add_argument_group("verify")
    whole.add_argument("--changes", type=int, default=1000, help="bytes that are changed (default: 1000)")
    whole.add_argument("--sites", type=int, default=400, help="of the run that is timed (default: 400)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
