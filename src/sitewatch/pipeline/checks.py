"""What a pair must have before any work is done on it: bands in common."""

from sitewatch.catalogue.pairs import shared_bands
from sitewatch.errors import SceneError
from sitewatch.records import Pair


def require_bands(pair: Pair) -> tuple[str, ...]:
    """Return the bands that both scenes have.

    Raises
    ------
    SceneError
        If they share none.
    """
    bands = shared_bands(pair.before, pair.after)
    if not bands:
        raise SceneError(
            f"the scenes share no band: before has {', '.join(pair.before.band_names)}, "
            f"after has {', '.join(pair.after.band_names)}",
            "at least one band must be in both",
            "name the bands with --bands, or choose other scenes",
        )
    return bands
