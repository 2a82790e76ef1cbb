"""Speed and accuracy, measured on the machine at hand: ``python -m benchmarks``, or ``make bench``."""
