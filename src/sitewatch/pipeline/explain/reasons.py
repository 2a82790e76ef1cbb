"""Why a change was typed as it was, in plain sentences with the measured numbers in them."""

import math

from sitewatch.pipeline.explain.evidence import Situation, vegetation_index
from sitewatch.pipeline.explain.structure import structure_reasons

_NAMES = {
    "ndvi": "vegetation (NDVI)",
    "gli": "greenness (GLI)",
    "nbr": "the burn ratio (NBR)",
    "ndbi": "the built-up index (NDBI)",
    "ndwi": "the water index (NDWI)",
}
# Changes of an index below this are not worth a sentence.
_TELLING = 0.04


def reasons(situation: Situation) -> tuple[str, ...]:
    """Return the sentences that explain one change, most telling first."""
    found = [
        _brightness(situation),
        _index(situation, vegetation_index(situation)),
        _index(situation, "nbr"),
        *structure_reasons(situation),
        _texture(situation),
        _index(situation, "ndwi") if situation.kind == "other" else None,
        _difference(situation),
    ]
    return tuple(sentence for sentence in found if sentence is not None)


def _brightness(situation: Situation) -> str | None:
    change, around = situation.relative("brightness"), situation.relative_around("brightness")
    if not abs(change) >= _TELLING:
        return None
    word = "brighter" if change > 0 else "darker"
    sentence = f"The place became {abs(change):.0%} {word}"
    if math.isfinite(around):
        sentence += f", the ground around it {_signed_percent(around)}"
    return sentence + _meaning_of_brightness(situation, change) + "."


def _meaning_of_brightness(situation: Situation, change: float) -> str:
    if situation.kind == "burning":
        return ": char is dark" if change < 0 else ": ash is bright"
    if situation.kind == "construction" and change > 0:
        return ": roofs, concrete and cleared ground are bright"
    if situation.kind == "demolition" and change > 0:
        return ": rubble and bare ground are bright"
    return ""


def _index(situation: Situation, name: str | None) -> str | None:
    if name is None or not situation.has(name):
        return None
    measured = situation.measured[name]
    if abs(measured.change) < _TELLING:
        return None
    verb = "rose" if measured.change > 0 else "fell"
    sentence = f"{_capital(_NAMES[name])} {verb} from {measured.before:.2f} to {measured.after:.2f}"
    if math.isfinite(measured.change_around):
        sentence += f" (around it: {measured.change_around:+.2f})"
    return sentence + "."


def _texture(situation: Situation) -> str | None:
    change = situation.relative("texture")
    if not abs(change) >= 0.15:
        return None
    measured = situation.measured["texture"]
    what = "appeared" if change > 0 else "went"
    return (
        f"Structure {what}: brightness varies by {measured.after:.0%} from pixel to pixel, "
        f"by {measured.before:.0%} before."
    )


def _difference(situation: Situation) -> str | None:
    noise = situation.measured["noise"]
    if math.isnan(noise.after):
        return None
    sentence = f"The place differs by {noise.after:.1f} standard deviations of unchanged ground"
    if math.isfinite(noise.around_after):
        sentence += f", the ground around it by {noise.around_after:.1f}"
    return sentence + "."


def _signed_percent(value: float) -> str:
    return f"{abs(value):.0%} {'brighter' if value > 0 else 'darker'}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
