"""The page of a run: ``index.html`` and what it needs in ``page/``, for any browser, without a network."""

import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sitewatch import __version__
from sitewatch.errors import OutputError
from sitewatch.report.page.cards import SceneLine, SiteCard
from sitewatch.report.page.contents import Feature, site_cards
from sitewatch.report.page.quicklooks import FOLDER, list_quicklooks
from sitewatch.report.words import (
    CONFIDENCE_WORDS,
    KIND_COLOURS,
    KIND_TITLES,
    SCALE_NAME,
    VERDICT_MEANINGS,
    VERDICT_TITLES,
)

_ASSETS = Path(__file__).parent / "assets"
_TEMPLATE = "index.html.jinja"
PAGE = "page"
# A list of more changes than this starts folded, so that it can be taken in.
_UNFOLDED = 12


def write_page(
    folder: Path,
    *,
    sites: Sequence[Feature],
    changes: Sequence[Feature],
    info: Mapping[str, Any],
) -> None:
    """Write the page of a run into its folder.

    Parameters
    ----------
    folder : Path
        The run folder; chips and quicklooks (`write_quicklook` into its ``page/``) in it are shown.
    sites, changes : sequence of mapping
        Features (``geometry``, ``properties``) of ``sites.geojson`` and ``changes.geojson``.
    info : mapping
        The contents of ``run.json``; nothing in it is required.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    target = folder / PAGE
    try:
        target.mkdir(parents=True, exist_ok=True)
        shutil.copytree(
            _ASSETS,
            target,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns(_TEMPLATE),
            copy_function=shutil.copyfile,
        )
        cards = site_cards(sites, changes, info, folder)
        text = page_text(cards, info, map_data(sites, changes, list_quicklooks(target)))
        (folder / "index.html").write_text(text, "utf-8")
    except OSError as error:
        raise OutputError(
            f"the page could not be written ({error.strerror or error})",
            "a writable folder with room on its disk is needed",
            "free space, or choose another --out",
        ) from error


def page_text(cards: Sequence[SiteCard], info: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """Return the page as HTML. Every text of a user's is escaped; the same input gives the same page."""
    environment = Environment(
        loader=FileSystemLoader(_ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    changes = [change for card in cards for change in card.changes]
    return environment.get_template(_TEMPLATE).render(
        cards=cards,
        unfolded=len(changes) <= _UNFOLDED,
        run=_run_words(info),
        data=data,
        verdicts=[
            (name, VERDICT_TITLES[name], VERDICT_MEANINGS[name], count)
            for name, count in _tally(VERDICT_TITLES, (card.verdict for card in cards))
        ],
        kinds=[
            (name, KIND_TITLES[name], count)
            for name, count in _tally(KIND_TITLES, (change.kind for change in changes))
        ],
        confidence_words=CONFIDENCE_WORDS,
        scale=SCALE_NAME,
        credits=_credits(cards),
        approximate=any(change.approximate for change in changes),
    )


def map_data(
    sites: Sequence[Feature], changes: Sequence[Feature], quicklooks: Iterable[Mapping[str, Any]]
) -> Mapping[str, Any]:
    """Return what the map needs: outlines by the numbers of their cards, pictures, colours."""
    return {
        "sites": [
            {
                "number": number,
                "name": str(feature["properties"].get("name") or feature["properties"].get("site_id")),
                "verdict": str(feature["properties"].get("verdict")),
                "geometry": feature.get("geometry"),
            }
            for number, feature in enumerate(sites)
        ],
        "changes": [
            {
                "number": number,
                "kind": str(feature["properties"].get("kind")),
                "geometry": feature.get("geometry"),
            }
            for number, feature in enumerate(changes)
        ],
        "quicklooks": [
            {
                **look,
                "before": f"{PAGE}/{FOLDER}/{look['before']}",
                "after": f"{PAGE}/{FOLDER}/{look['after']}",
            }
            for look in quicklooks
        ],
        "colours": {str(kind): "#{:02x}{:02x}{:02x}".format(*rgb) for kind, rgb in KIND_COLOURS.items()},
    }


def _tally(names: Iterable[Any], seen: Iterable[str]) -> list[tuple[Any, int]]:
    counts = Counter(seen)
    return [(name, counts[name]) for name in names]


def _credits(cards: Sequence[SiteCard]) -> list[tuple[str, str]]:
    """Return credit and licence of every scene that is shown, each once, in the order met."""
    lines: list[SceneLine] = []
    for card in cards:
        lines += card.scenes
        for change in card.changes:
            lines += change.scenes
    return list(dict.fromkeys((line.credit, line.licence) for line in lines))


def _run_words(info: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the page says of the run, whatever of it is known."""
    return {
        "id": str(info.get("run_id") or "without a name"),
        "command": str(info.get("command") or ""),
        "version": str(info.get("sitewatch") or __version__),
        "refusals": [
            (str(refusal.get("site") or "the pair"), str(refusal.get("error") or "no reason was recorded"))
            for refusal in info.get("refusals") or ()
        ],
    }
