"""``python -m benchmarks``: what the machine at hand takes, and what is found on imagery that is there."""

import argparse
import sys
from collections.abc import Sequence

from benchmarks import accuracy, speed


def main(args: Sequence[str] | None = None) -> int:
    """Run what was asked for, print it, and return the exit code: 1 if something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["all", "speed", "accuracy"], default="all")
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
    given = parser.parse_args(args)
    complete = True
    if given.what != "accuracy":
        costs = speed.measure_all(given.sizes)
        sys.stdout.write(f"{speed.table(costs)}\n")
        complete &= all(cost.failure is None for cost in costs)
    if given.what != "speed":
        text, whole = accuracy.report(given.sets, given.limit or None)
        sys.stdout.write(f"\n{text}\n")
        complete &= whole
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
