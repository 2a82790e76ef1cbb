"""Text in a figure: fonts that ship with sitewatch, so that it looks the same everywhere, in many scripts.

DejaVu Sans sets Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew and Arabic; Noto Sans Myanmar, Bengali and
Devanagari; Droid Sans Fallback Chinese, Japanese and Korean. Scripts whose letters join or run from right to
left need Pillow's Raqm, which looks for the system's FriBiDi; `can_set` says whether a text can be set here.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from pathlib import Path

from PIL import ImageDraw, ImageFont, features

_FONTS = Path(__file__).parent.parent / "fonts"
_REGULAR, _BOLD, _EAST_ASIAN = "DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DroidSansFallback.ttf"

# Unicode blocks whose letters must be shaped, and the font that has them.
_SHAPED: tuple[tuple[int, int, str], ...] = (
    (0x0590, 0x08FF, _REGULAR),
    (0x0900, 0x097F, "NotoSansDevanagari-Regular.ttf"),
    (0x0980, 0x09FF, "NotoSansBengali-Regular.ttf"),
    (0x1000, 0x109F, "NotoSansMyanmar-Regular.ttf"),
    (0xA8E0, 0xA8FF, "NotoSansDevanagari-Regular.ttf"),
    (0xA9E0, 0xA9FF, "NotoSansMyanmar-Regular.ttf"),
    (0xAA60, 0xAA7F, "NotoSansMyanmar-Regular.ttf"),
    (0xFB1D, 0xFDFF, _REGULAR),
    (0xFE70, 0xFEFE, _REGULAR),
)
# Below this every letter of DejaVu Sans stands for itself.
_PLAIN_UP_TO = 0x0250
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Type:
    """A size in pixels, and a weight."""

    pixels: int
    bold: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    text: str
    font: str
    shaped: bool


def clean(text: str) -> str:
    """Return text on one line without control characters, such as those that turn the writing direction."""
    # A no-break space stays what it is: it holds a number and its unit together.
    spaced = re.sub(r"[^\S\u00a0]+", " ", text).strip()
    if spaced.isascii() and spaced.isprintable():
        return spaced
    return "".join(c for c in spaced if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})


def can_set(text: str) -> bool:
    """Tell whether every letter of a text can be set properly on this machine."""
    return not any(_unset(char) for char in clean(text))


def width(text: str, kind: Type) -> float:
    """Return how wide a text is, pixels."""
    return sum(_run_width(run, kind) for run in _runs(clean(text)))


def write(draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, kind: Type, *, ink: str) -> None:
    """Write one line; `place` is the left end of its baseline, pixels."""
    x, y = place
    for run in _runs(clean(text)):
        draw.text((x, y), run.text, fill=ink, font=_font(run, kind), anchor="ls")
        x += _run_width(run, kind)


def wrap(text: str, kind: Type, most: float) -> tuple[str, ...]:
    """Break a text into lines of at most `most` pixels: at spaces, and inside words longer than a line."""
    lines: list[str] = []
    line, used = "", 0.0
    space = _run_width(_Run(" ", _REGULAR, shaped=False), kind)
    for word in clean(text).split(" "):
        for part in _parts(word, kind, most):
            size = width(part, kind)
            if line and used + space + size > most:
                lines.append(line)
                line, used = part, size
            elif line:
                line, used = f"{line} {part}", used + space + size
            else:
                line, used = part, size
    return (*lines, line) if line else tuple(lines)


def _parts(word: str, kind: Type, most: float) -> list[str]:
    """Cut a word that is longer than a line into pieces that fit."""
    parts = [word]
    while width(parts[-1], kind) > most and len(parts[-1]) > 1:
        tail = parts.pop()
        fits = 1
        while fits < len(tail) - 1 and width(tail[: fits + 1], kind) <= most:
            fits += 1
        parts += [tail[:fits], tail[fits:]]
    return parts


def _runs(text: str) -> list[_Run]:
    """Cut a line into runs of one font; spaces and marks between two shaped letters stay in their run."""
    if text.isascii():
        return [_Run(text, _REGULAR, shaped=False)] if text else []
    keys = [_font_of(char) for char in text]
    shaped = [i for i, (_, is_shaped, neutral) in enumerate(keys) if is_shaped and not neutral]
    for left, right in pairwise(shaped):
        between = keys[left + 1 : right]
        if keys[left][0] == keys[right][0] and all(neutral for *_, neutral in between):
            keys[left + 1 : right] = [keys[left]] * len(between)
    letters = zip(keys, (_UNKNOWN if _unset(char) else char for char in text), strict=True)
    return [
        _Run("".join(char for _, char in group), key[0], shaped=key[1])
        for key, group in groupby(letters, key=lambda pair: pair[0][:2])
    ]


@lru_cache(maxsize=4096)
def _font_of(char: str) -> tuple[str, bool, bool]:
    """Return the font of a character, whether it must be shaped, and whether it belongs to no script."""
    code = ord(char)
    if code < _PLAIN_UP_TO:
        return _REGULAR, False, not char.isalpha()
    for first, last, font in _SHAPED:
        if first <= code <= last:
            return (font, True, False) if features.check("raqm") else (_REGULAR, False, False)
    return (_EAST_ASIAN if not _has(_REGULAR, char) and _has(_EAST_ASIAN, char) else _REGULAR), False, False


@lru_cache(maxsize=4096)
def _unset(char: str) -> bool:
    code = ord(char)
    if code < _PLAIN_UP_TO:
        return False
    if any(first <= code <= last for first, last, _ in _SHAPED) and not features.check("raqm"):
        return True
    return not _has(_font_of(char)[0], char)


def _has(font: str, char: str) -> bool:
    """Tell whether a font has a character: whether it draws anything else than its sign for "missing"."""
    loaded = _load(font, 32, shaped=False)
    drawn, missing = (bytes(loaded.getmask(c)) for c in (char, "\U0010ffff"))
    return drawn != missing


def _font(run: _Run, kind: Type) -> ImageFont.FreeTypeFont:
    name = _BOLD if kind.bold and run.font == _REGULAR and not run.shaped else run.font
    return _load(name, kind.pixels, shaped=run.shaped)


@lru_cache(maxsize=64)
def _load(name: str, pixels: int, *, shaped: bool) -> ImageFont.FreeTypeFont:
    # Raqm only where it must be: its kerning differs, and not every machine has it.
    engine = ImageFont.Layout.RAQM if shaped else ImageFont.Layout.BASIC
    return ImageFont.truetype(_FONTS / name, pixels, layout_engine=engine)


@lru_cache(maxsize=16384)
def _run_width(run: _Run, kind: Type) -> float:
    return float(_font(run, kind).getlength(run.text))
