"""Reviewed detections of known odds."""

import numpy as np
import pytest

from sitewatch.models.last_stage import Reviewed
from sitewatch.records import KINDS


def reviewed(number: int, seed: int, places: int = 6, *, bias: float = -1.0) -> list[Reviewed]:
    """Return detections that are right where texture came with construction and went with demolition."""
    draw = np.random.default_rng(seed)
    found = []
    for i in range(number):
        kind = KINDS[0] if draw.random() < 0.5 else KINDS[2]
        structure, probability = float(draw.normal(0, 0.5)), float(draw.uniform(0.3, 0.95))
        sign = 1 if kind == "construction" else -1
        logit = np.log(probability / (1 - probability)) + bias + 5 * sign * structure
        found.append(
            Reviewed(
                kind=kind,
                evidence={
                    "model_probability": probability,
                    "pixels": float(draw.integers(10, 900)),
                    "d_structure": structure,
                    "width_px": float(draw.normal(9, 2)),
                },
                confirmed=bool(draw.random() < 1 / (1 + np.exp(-logit))),
                place=f"place-{i % places}",
                longitude=float(draw.uniform(0, 1)),
            )
        )
    return found


@pytest.fixture
def many() -> list[Reviewed]:
    """Enough to learn from."""
    return reviewed(400, seed=1)
