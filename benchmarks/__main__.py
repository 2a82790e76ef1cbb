"""``python -m benchmarks``: what the machine at hand takes, and what is found on imagery that is there."""

import argparse
import sys
from collections.abc import Sequence

from benchmarks import accuracy, speed, train


def main(args: Sequence[str] | None = None) -> int:
    """Run what was asked for, print it, and return the exit code: 1 if something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["all", "speed", "accuracy", "train"], default="all")
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=list(speed.SIZES),
        metavar="PX",
        help="sides of the drawn pairs",
    )
    parser.add_argument("--set", dest="sets", action="append", default=[], help="accuracy: only this set")
    parser.add_argument("--limit", type=int, default=2, help="accuracy: pairs a set, 0 for all (an hour)")
    parser.add_argument(
        "--domain",
        dest="domains",
        action="append",
        choices=list(train.DOMAINS),
        help="train: only this imagery",
    )
    parser.add_argument("--rounds", type=int, default=train.ROUNDS, help="train: rounds of each domain")
    given = parser.parse_args(args)
    complete = True
    if given.what in {"all", "speed"}:
        costs = speed.measure_all(given.sizes)
        sys.stdout.write(f"{speed.table(costs)}\n")
        complete &= all(cost.failure is None for cost in costs)
    if given.what in {"all", "accuracy"}:
        text, whole = accuracy.report(given.sets, given.limit or None)
        sys.stdout.write(f"\n{text}\n")
        complete &= whole
    if given.what in {"all", "train"}:
        for text in train.report(given.domains or tuple(train.DOMAINS), given.rounds):
            sys.stdout.write(f"{text}\n")
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
