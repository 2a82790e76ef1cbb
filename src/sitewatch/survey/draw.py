"""Which sites are drawn: anyone can draw them again, on any machine and in any language."""

import hashlib
from collections.abc import Iterable


def drawn(ids: Iterable[str], size: int, seed: str) -> list[str]:
    """Draw sites without replacement, each set of `size` sites with the same probability.

    Each site has a number that depends on nothing but its id and the seed (a permanent random number, Ohlsson
    1995): the SHA-256 of ``seed:id`` in UTF-8. The sites with the smallest numbers are drawn. So the order of
    the register does not matter, and a larger sample holds a smaller one of the same seed.

    Parameters
    ----------
    ids : iterable of str
        Unique.
    size : int
        At most as many as there are ids.
    seed : str

    Returns
    -------
    list of str
        In the order of their numbers: a random order in which to read them.
    """
    return sorted(ids, key=lambda site: (number(site, seed), site))[:size]


def number(site: str, seed: str) -> str:
    """Return the number of a site as 64 hexadecimal digits, which sort as the number does."""
    return hashlib.sha256(f"{seed}:{site}".encode()).hexdigest()
