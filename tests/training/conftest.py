"""A quiet pair to alter."""

import numpy as np
import pytest
from training.examiner.pairs import Labelled


@pytest.fixture(scope="module")
def quiet() -> Labelled:
    """Bright buildings on dark ground; the same at both dates."""
    draw = np.random.default_rng(1)
    image = draw.normal(90, 3, (3, 300, 300)).round().astype(np.uint8)
    buildings = np.zeros((300, 300), np.uint8)
    for row in range(40, 260, 40):
        for col in range(40, 260, 40):
            buildings[row : row + 10, col : col + 12] = 1
    image[:, buildings == 1] = 200
    usable, truth = np.ones((300, 300), bool), np.zeros((300, 300), np.uint8)
    return Labelled("xbd", "drawn", 1.0, image, image.copy(), usable, truth, buildings)
