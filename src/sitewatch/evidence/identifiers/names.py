"""Names that must not appear, found however they are written, and what stands in their place."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cached_property

# Between the words of a name may stand whatever file names and ids put there, or nothing.
_GAP = r"[\W_]*"
_SPLIT = re.compile(r"[\W_]+")


class Names:
    """Names and what stands in their place.

    Matching knows no case and takes whole words; ``_``, ``-`` and digits end a word, so that the ids and file
    names that are made of a name are found too.

    Parameters
    ----------
    instead : mapping of str to str
        Replacement by name. Names without a letter or digit are passed over.
    """

    def __init__(self, instead: Mapping[str, str]) -> None:
        self._instead = {key: label for name, label in instead.items() if (key := _key(name))}

    def found_in(self, text: str) -> Iterator[str]:
        """Yield each name in a text, as it is written there; accents make no difference."""
        if self._instead:
            yield from (match.group() for match in self._pattern.finditer(_plain(text)))

    def replaced(self, text: str) -> str:
        """Return a text with every name replaced."""
        if not self._instead:
            return text
        composed = unicodedata.normalize("NFC", text)
        return self._pattern.sub(lambda match: self._instead[_key(match.group())], composed)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # The longest first: "North Ashby" is not the "Ashby" in it.
        keys = sorted(self._instead, key=len, reverse=True)
        words = "|".join(self._spelled(key) for key in keys)
        return re.compile(rf"(?<![^\W\d_])(?:{words})(?![^\W\d_])", re.IGNORECASE)

    @staticmethod
    def _spelled(key: str) -> str:
        return _GAP.join(re.escape(part) for part in key.split())


def labels(word: str) -> Iterator[str]:
    """Yield ``<word> A``, ``<word> B`` ... ``<word> Z``, ``<word> AA`` without end."""
    number = 0
    while True:
        letters, rest = "", number
        while rest >= 0:
            letters = chr(ord("A") + rest % 26) + letters
            rest = rest // 26 - 1
        yield f"{word} {letters}"
        number += 1


def _plain(text: str) -> str:
    """Return a text without accents, in forms that all programs write alike."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _key(name: str) -> str:
    return " ".join(_SPLIT.split(unicodedata.normalize("NFC", name).casefold())).strip()
