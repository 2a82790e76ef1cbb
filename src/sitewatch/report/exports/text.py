"""Text of others (names, notes, credits) as it may stand in a file that other programs open."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

# XML 1.0 allows no other control characters, and many programs end a text at a NUL. A lone surrogate is half
# of a character, which UTF-8 cannot write.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_HALF = re.compile("[\ud800-\udfff]")
# Excel holds 32,767 characters in a cell and calls a file with more in one damaged.
LONGEST = 30_000
NOT_STATED = "not stated"


def shown(value: Any) -> str:
    """Return any value as one text: unwritable characters as U+FFFD, cut after `LONGEST` characters.

    A cut text says so, and how long it was.
    """
    text = _UNWRITABLE.sub("\ufffd", value[: LONGEST + 1] if isinstance(value, str) else str(value))
    if len(text) <= LONGEST:
        return text
    whole = len(value) if isinstance(value, str) else len(text)
    return f"{text[:LONGEST]} [cut here, of {whole} characters]"


def writable(value: Any) -> Any:
    """Return a value as it was, halves of characters as U+FFFD in every text of it."""
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {writable(str(key)): writable(item) for key, item in value.items()}
    return [writable(item) for item in value] if isinstance(value, list | tuple) else value


def stated(value: Any, what: str) -> str:
    """Return a credit or licence, or say that it is not stated."""
    return shown(value) if isinstance(value, str) and value.strip() else f"{what} {NOT_STATED}"


def file_stem(text: str) -> str:
    """Return a name of at most 80 characters that is safe in any folder; different texts stay different.

    Letters, digits, ``-`` and ``_`` stand as they are.
    """
    stem = re.sub("[^A-Za-z0-9_-]", "_", text)[:60]
    if stem and stem == text:
        return stem
    return f"{stem}-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:8]}"
