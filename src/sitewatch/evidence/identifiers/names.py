"""Names that must not appear, found however they are written, and what stands in their place."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

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
        self._instead: dict[str, str] = {}
        spelled: list[tuple[str, ...]] = []
        for name, label in instead.items():
            # Without its accents, too, as some write it.
            for form in (unicodedata.normalize("NFC", name), _plain(name)):
                if parts := _parts(form):
                    self._instead.setdefault("".join(parts), label)
                    spelled.append(parts)
        # The longest first: "North Ashby" is not the "Ashby" in it.
        spelled.sort(key=lambda parts: -len("".join(parts)))
        words = "|".join(_GAP.join(map(re.escape, parts)) for parts in dict.fromkeys(spelled))
        self._pattern = re.compile(rf"(?<![^\W\d_])(?:{words})(?![^\W\d_])", re.IGNORECASE) if words else None

    def found_in(self, text: str) -> Iterator[str]:
        """Yield each name in a text, as it is written there; accents make no difference."""
        if self._pattern is not None:
            yield from (match.group() for match in self._pattern.finditer(_plain(text)))

    def replaced(self, text: str) -> str:
        """Return a text with every name replaced."""
        if self._pattern is None:
            return text
        composed = unicodedata.normalize("NFC", text)
        return self._pattern.sub(lambda match: self._instead["".join(_parts(match.group()))], composed)


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


def _parts(name: str) -> tuple[str, ...]:
    """Return the words of a name, in lower case."""
    return tuple(part for part in _SPLIT.split(name.casefold()) if part)
