"""Who called what which: items by raters, some of them missing."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MISSING = -1


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Answers of several raters about several items.

    Attributes
    ----------
    raters : tuple of str
    categories : tuple
        Answers that were given at least once.
    codes : (items, raters) int64
        Places in `categories`; `MISSING` where a rater said nothing.
    """

    raters: tuple[str, ...]
    categories: tuple[Hashable, ...]
    codes: NDArray[np.int64]

    @classmethod
    def of(cls, answers: Mapping[str, Mapping[str, Hashable]]) -> "Ratings":
        """Arrange answers: rater to item to answer."""
        raters = tuple(sorted(answers))
        items = sorted({item for given in answers.values() for item in given})
        categories = tuple(dict.fromkeys(given[item] for given in answers.values() for item in sorted(given)))
        places = {category: place for place, category in enumerate(categories)}
        codes = np.full((len(items), len(raters)), MISSING, np.int64)
        for column, rater in enumerate(raters):
            for row, item in enumerate(items):
                if item in answers[rater]:
                    codes[row, column] = places[answers[rater][item]]
        return cls(raters, categories, codes)

    def only(self, raters: Sequence[str]) -> "Ratings":
        """Return the answers of some raters, with the categories that these gave."""
        columns = [self.raters.index(rater) for rater in raters]
        codes = self.codes[:, columns]
        used = [code for code in range(len(self.categories)) if (codes == code).any()]
        moved = np.full(len(self.categories) + 1, MISSING, np.int64)
        moved[used] = np.arange(len(used))
        return Ratings(tuple(raters), tuple(self.categories[code] for code in used), moved[codes])

    @property
    def counts(self) -> NDArray[np.float64]:
        """How many raters gave each answer, (items, categories)."""
        return np.stack([(self.codes == code).sum(1) for code in range(len(self.categories))], 1).astype(
            float
        )

    @property
    def shared(self) -> int:
        """Items that two raters or more said something of."""
        return int(((self.codes != MISSING).sum(1) > 1).sum())

    @property
    def agreed(self) -> int:
        """Those of the shared items of which all said the same."""
        return int(sum(len(set(row[row != MISSING])) == 1 < (row != MISSING).sum() for row in self.codes))
