"""Speed, accuracy, and what reviews are worth: ``python -m benchmarks``, or ``make bench``."""
