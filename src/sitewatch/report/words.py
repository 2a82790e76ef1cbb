"""The words and colours in which a run speaks to people, the same in figures and on the page."""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sitewatch.records import DatePrecision, Kind, VerdictWord

# Okabe and Ito's palette: told apart under the three common forms of colour blindness
# (Okabe and Ito 2008, "Color Universal Design", https://jfly.uni-koeln.de/color/).
KIND_COLOURS: Mapping[Kind, tuple[int, int, int]] = MappingProxyType(
    {
        "construction": (86, 180, 233),
        "burning": (230, 159, 0),
        "demolition": (204, 121, 167),
        "other": (240, 228, 66),
    }
)

KIND_TITLES: Mapping[Kind, str] = MappingProxyType(
    {
        "construction": "Construction",
        "burning": "Burning",
        "demolition": "Demolition",
        "other": "Other change",
    }
)

VERDICT_TITLES: Mapping[VerdictWord, str] = MappingProxyType(
    {
        "change": "Change",
        "no_visible_change": "No visible change",
        "not_assessable": "Not assessable",
    }
)

VERDICT_MEANINGS: Mapping[VerdictWord, str] = MappingProxyType(
    {
        "change": (
            "Construction, burning or demolition was detected inside the site and, where quiet places are "
            "known to compare with, more of it than they show, or one detection that is very sure by itself. "
            "It was found by a program and has not been validated in the field."
        ),
        "no_visible_change": (
            "Enough of the site could be seen on both dates, and nothing of construction, burning or "
            "demolition was found, or no more than where nothing happened: then the finds are listed, and "
            "the reason says so. It does not show that nothing happened: what is small, hidden, or mended "
            "between the dates is not seen from above. The reason says how small a building would have been "
            "seen."
        ),
        "not_assessable": (
            "Too little of the site could be seen on both dates (cloud, shadow, missing pixels), or no pair "
            "of scenes could be compared. Nothing is said about the site: neither change nor the lack of it."
        ),
    }
)

# The seven bands of US Intelligence Community Directive 203, "Analytic Standards" (2015), section
# D.6.e(2)(a). Its bands share their limits; here a limit belongs to the band above it. Its outermost bands
# leave out the last hundredth on either side, since nothing is certain; so do the definitions as printed.
_ICD_203: tuple[tuple[str, int, int], ...] = (
    ("almost no chance", 1, 5),
    ("very unlikely", 5, 20),
    ("unlikely", 20, 45),
    ("roughly even chance", 45, 55),
    ("likely", 55, 80),
    ("very likely", 80, 95),
    ("almost certain", 95, 99),
)
SCALE_NAME = "US ICD 203"


@dataclass(frozen=True, slots=True)
class ConfidenceWord:
    """A word for a range of probability, in per cent."""

    word: str
    low: int
    high: int

    @property
    def definition(self) -> str:
        """Say what the word stands for, and by which scale."""
        return f"{self.word} = {self.low} to {self.high} % on the scale of {SCALE_NAME}"


CONFIDENCE_WORDS: tuple[ConfidenceWord, ...] = tuple(ConfidenceWord(*band) for band in _ICD_203)


def confidence_word(probability: float) -> ConfidenceWord | None:
    """Return the word for a probability in 0..1, or None for NaN (no probability was worked out)."""
    if math.isnan(probability):
        return None
    # Rounded first: 0.8 * 100 must not fall below 80 by an ulp.
    per_cent = round(probability * 100, 6)
    return next((word for word in reversed(CONFIDENCE_WORDS) if per_cent >= word.low), CONFIDENCE_WORDS[0])


def moment_words(moment: dt.datetime | None, precision: DatePrecision) -> str:
    """Write a date as far as it is known, and say what of it is not."""
    if moment is None:
        return "date not stated"
    utc = moment.astimezone(dt.UTC) if moment.tzinfo else moment
    return {
        "second": f"{utc:%Y-%m-%d %H:%M:%S} UTC",
        "day": f"{utc:%Y-%m-%d}, time not stated",
        "month": f"{utc:%Y-%m}, day not stated",
        "year": f"{utc:%Y}, month not stated",
    }[precision]


def area_words(area_m2: float) -> str:
    """Write an area with three significant figures in the unit that people use at its size."""
    if not math.isfinite(area_m2):
        return "area unknown"
    if area_m2 >= 1e6:
        return f"{_figures(area_m2 / 1e6)} km\N{SUPERSCRIPT TWO}"
    if area_m2 >= 1e5:
        return f"{_figures(area_m2 / 1e4)} ha"
    return f"{_figures(area_m2)} m\N{SUPERSCRIPT TWO}"


def length_words(length_m: float) -> str:
    """Write a length of a scale bar: metres, or kilometres from 1,000 m on."""
    return f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"


def _figures(value: float) -> str:
    if value <= 0:
        return "0"
    magnitude = math.floor(math.log10(value))
    if magnitude >= 2:
        step = 10 ** (magnitude - 2)
        return f"{round(value / step) * step:,}"
    return f"{value:.{2 - magnitude}f}".rstrip("0").rstrip(".")
