"""How often the intervals of a survey hold the truth: simulated samples of registers that are known."""

from benchmarks.survey.coverage import SIMULATIONS, Case, Covered, cases, cover, report

__all__ = ["SIMULATIONS", "Case", "Covered", "cases", "cover", "report"]
