"""Control over a list of sites: how many of those called changed may be wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

# Where the number of changed sites is read off, and how far above the smallest p-value the level must lie.
_USUAL, _ROOM = 0.05, 3.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A site that was put to the test.

    Attributes
    ----------
    site_id : str
    p_value : float
    typed : bool
        Whether something of the three kinds was found inside.
    floor : float
        The smallest p-value that the test can give it.
    surest : float
        Confidence of the surest typed detection inside, 0..1; 0 without one.
    """

    site_id: str
    p_value: float
    typed: bool
    floor: float
    surest: float = 0.0


@dataclass(frozen=True, slots=True)
class Control:
    """What was decided over a list.

    Attributes
    ----------
    fdr : float
        The share of wrong sites among those flagged that was asked for.
    q_values : mapping of site id to float
        Benjamini and Hochberg's adjusted p-value: the smallest `fdr` at which a site is flagged.
    flagged : tuple of str
        Typed, and `q_values` at most `fdr`, or one detection by itself so sure that it is wrong at most as
        often: a house in a large site is lost among its placements, and yet is a house.
    cleared : tuple of str
        Typed, but as much is found at quiet places.
    untyped : tuple of str
        Nothing of the three kinds, and yet `q_values` at most `fdr`.
    list : {"controlled", "ranked"}
        ``ranked`` where so few changes can be expected that the test's smallest p-value does not reach the
        level: the order means something, the share of wrong ones is not promised.
    """

    fdr: float
    q_values: Mapping[str, float]
    flagged: tuple[str, ...]
    cleared: tuple[str, ...]
    untyped: tuple[str, ...]
    list: Literal["controlled", "ranked"]

    def to_dict(self) -> dict[str, Any]:
        """Return what ``run.json`` says of the list."""
        return {
            "fdr": self.fdr,
            "tested": len(self.q_values),
            "flagged": list(self.flagged),
            "cleared": list(self.cleared),
            "untyped": list(self.untyped),
            "list": self.list,
        }


def control(sites: Sequence[Candidate], fdr: float) -> Control:
    """Decide over a list of sites.

    Parameters
    ----------
    sites : sequence of Candidate
        All that were tested, changed or not: leaving some out would make the rest look surer.
    fdr : float
        0..1.

    Notes
    -----
    Benjamini and Hochberg (1995), which holds under the positive dependence that sites of one scene have
    (Benjamini and Yekutieli 2001). Asking for typed evidence besides only takes sites away.
    """
    if not sites:
        return Control(fdr, {}, (), (), (), "controlled")
    # It takes longer to import than all else that a comparison without sites imports of scipy.
    from scipy.stats import false_discovery_control

    q_values = false_discovery_control(np.array([site.p_value for site in sites]), method="bh")
    told = {site.site_id: float(q) for site, q in zip(sites, q_values, strict=True)}
    typed = [site for site in sites if site.typed]
    sure = {site.site_id for site in typed if told[site.site_id] <= fdr or site.surest >= 1 - fdr}
    # With k sites flagged of m, the largest p-value among them must be below fdr k / m. As k counts how many
    # more sites lie below `_USUAL` than chance puts there.
    excess = sum(site.p_value <= _USUAL for site in sites) - _USUAL * len(sites)
    level = fdr * max(excess / (1 - _USUAL), 1) / len(sites)
    reached = _ROOM * max(site.floor for site in sites) <= level
    return Control(
        fdr=fdr,
        q_values=told,
        flagged=tuple(site.site_id for site in typed if site.site_id in sure),
        cleared=tuple(site.site_id for site in typed if site.site_id not in sure),
        untyped=tuple(site.site_id for site in sites if not site.typed and told[site.site_id] <= fdr),
        list="controlled" if reached else "ranked",
    )
