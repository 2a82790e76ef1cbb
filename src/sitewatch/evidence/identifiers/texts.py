"""Identifiers in a text, and a text without them."""

import html
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from sitewatch.evidence.identifiers.names import Names
from sitewatch.evidence.identifiers.positions import Positions

WITHHELD = "[withheld]"

_PATHS = re.compile(
    r"(?<![\w.:/<~*)\]])/(?:[\w.@+~ -]*[\w.@+~-]/)+[\w.@+~-]*"
    r"|(?<!\w)~/\w[\w./-]*"
    r"|\b[A-Za-z]:[\\/]{1,2}[\w.@+~-][^\s\"'<>|]*"
    r"|\\\\[\w.-]+\\[^\s\"'<>|]+"
    r"|\bfile:/+[^\s\"'<>]+"
    r"|/vsi\w+/[^\s\"'<>]*"
    r"|\b(?:s3|gs|az|abfs|hdfs|smb|ftp|sftp)://[^\s\"'<>]+"
)
_PRODUCTS = re.compile(
    r"\bS2[A-D]_(?:MSI|OPER)\w+|\bL[COTEM]0\d_\w{4}_\d{6}_\w+|\b\d{8}_\d{6}_\w{4,}"
    r"|\bS1[A-D]_(?:IW|EW|SM)_\w+"
)
_HEX = re.compile(r"\b[0-9a-fA-F]{40,128}\b")
_ESCAPES = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
# Shorter strings are found in anything.
_SHORTEST = 3
_COMMA = re.compile(r"(?<![\d.,])(\d{1,3}),(\d{4,})(?![\d.])")
_TAGS = re.compile(r"<[^>]*>")


class Identifiers:
    """All that must not appear.

    Parameters
    ----------
    positions : Positions
    names : Names
    tokens : iterable of str
        Exact strings: ids of scenes and products, file names, people's names.
    allowed : iterable of str
        Digests that may appear although they look like those that identify a file.
    """

    def __init__(
        self, positions: Positions, names: Names, tokens: Iterable[str] = (), allowed: Iterable[str] = ()
    ) -> None:
        self._positions = positions
        self._names = names
        self._allowed = frozenset(allowed)
        # The longest first, so that no end of it is left behind.
        words = sorted({token for token in tokens if len(token.strip()) >= _SHORTEST}, key=len, reverse=True)
        some = "|".join(map(re.escape, words))
        self._tokens = re.compile(rf"(?<![^\W_])(?:{some})(?![^\W_])", re.IGNORECASE) if words else None

    def found_in(self, text: str) -> list[tuple[str, str]]:
        """Return what kind of identifier is found in a text, and as what, in every form it can be read.

        Entities and escapes are resolved, per cent signs decoded, and markup taken out.
        """
        found = (one for form in _forms(text) for one in self._plainly(form))
        return list(dict.fromkeys(found))

    def withheld(self, text: str) -> str:
        """Return a text with names replaced, and all else taken out that would be found in it."""
        text = _with_points(text)
        for _, found in sorted(self._patterns(text), key=lambda one: -len(one[1])):
            text = text.replace(found, WITHHELD)
        text = self._names.replaced(text)
        return self._tokens.sub(WITHHELD, text) if self._tokens is not None else text

    def _plainly(self, text: str) -> Iterator[tuple[str, str]]:
        yield from self._patterns(text)
        yield from (("name", found) for found in self._names.found_in(text))
        if self._tokens is not None:
            yield from (("token", match.group()) for match in self._tokens.finditer(text))

    def _patterns(self, text: str) -> Iterator[tuple[str, str]]:
        yield from (("position", found) for found in self._positions.found_in(text))
        yield from (("path", match.group()) for match in _PATHS.finditer(text))
        yield from (("product", match.group()) for match in _PRODUCTS.finditer(text))
        for match in _HEX.finditer(text):
            if match.group() not in self._allowed:
                yield "digest", match.group()


def _forms(text: str) -> Iterator[str]:
    """Yield a text as it stands, and as programs that show it would read it."""
    forms = {text: None}
    for read in (html.unescape, unquote, _unescaped, _without_tags, _with_points):
        forms |= {read(form): None for form in list(forms)}
    yield from forms


def _unescaped(text: str) -> str:
    """Resolve the escapes of JSON and JavaScript."""
    return _ESCAPES.sub(lambda found: chr(int(found[1] or found[2], 16)), text)


def _with_points(text: str) -> str:
    """Write a decimal comma as a point: 21,0486 is a number where four decimals or more follow."""
    return _COMMA.sub(r"\1.\2", text)


def _without_tags(text: str) -> str:
    """Take markup out: a word may be spread over several elements."""
    return _TAGS.sub("", text)
