"""Speed, accuracy and what reviews are worth, measured on the machine at hand: ``python -m benchmarks``, or ``make bench``."""
