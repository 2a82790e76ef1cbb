"""The last word on every site, said when all of them are known: an error rate is one of the whole list."""

from collections.abc import Mapping, Sequence
from typing import Any

from sitewatch.runs.judged import Ground
from sitewatch.verdicts import Candidate, control

# Decimals of q-values, as of all probabilities in a run.
_DECIMALS = 4


def decide(grounds: Sequence[Ground], fdr: float) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Control the list of sites.

    Parameters
    ----------
    fdr : float
        0..1; at 1 every find makes its site changed.

    Returns
    -------
    sites : list of Feature
        In their order, with q-values; where as much is found at quiet places, with the verdict for that case.
    facts : dict
        What ``run.json`` says of the list, and every number of each site's test.

    Notes
    -----
    Only p-values that stand on a pool decide: ranks in a site's own scene reject unchanged villages two to
    three times too often, and see nothing where most of the scene changed. They are printed.
    """
    tested = [
        Candidate(
            site["id"],
            float(site["properties"]["p_value"]),
            typed=bool(site["properties"]["kinds"]),
            surest=ground.placebos[site["id"]]["surest"] or 0.0,
            floor=1 / (1 + int(ground.placebos[site["id"]]["pool_placements"])),
        )
        for ground in grounds
        for site in ground.sites
        if _counts(site["properties"], ground.placebos.get(site["id"]))
    ]
    found = control(tested, fdr)
    placebos = {site: numbers for ground in grounds for site, numbers in ground.placebos.items()}
    total = sum(len(ground.sites) for ground in grounds)
    sites = []
    for ground in grounds:
        for site in ground.sites:
            name = site["id"]
            said = dict(ground.otherwise[name] if name in found.cleared else site["properties"])
            if name in found.q_values:
                said["q_value"] = round(found.q_values[name], _DECIMALS)
            if name in found.untyped:
                said["reason"] += (
                    f"; yet the site differs more than quiet places like it do (q = {said['q_value']:.2g}): "
                    "have a look"
                )
            sites.append({**site, "properties": said})
    return sites, {**found.to_dict(), "not_tested": total - len(tested), "sites": placebos}


def _counts(said: Mapping[str, Any], placebo: Mapping[str, Any] | None) -> bool:
    """Tell whether a site belongs to the list over which errors are controlled."""
    return placebo is not None and placebo["pooled"] is not None and said["verdict"] != "not_assessable"
