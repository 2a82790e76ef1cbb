"""The kit's file: page, style, script, images and data in one, allowed to fetch nothing."""

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sitewatch import __version__
from sitewatch.errors import OutputError, RunError
from sitewatch.evidence import MANIFEST, Log, digest, outcomes
from sitewatch.io.results import Run
from sitewatch.records import KINDS, Scene
from sitewatch.report.words import KIND_TITLES, area_words, confidence_word, moment_words
from sitewatch.review.items import Item, handle
from sitewatch.review.kit.frames import Frame, frame_of
from sitewatch.review.queue import blinded, queue_for

_ASSETS = Path(__file__).parent / "assets"
_UNSTATED = "not stated"


def write_kit(
    run: Run, path: Path, *, reviewer: str = "", most: int | None = None, show_confidence: bool = False
) -> int:
    """Write what a reviewer has not decided yet into one file that works without a network.

    Parameters
    ----------
    path : Path
        An HTML file; one that exists is replaced.
    reviewer : str
        Who looks. Without a name, the page asks for one.
    most : int, optional
        At most so many, those most worth a look first.
    show_confidence : bool
        As in `queue.blinded`.

    Returns
    -------
    int
        How many items are in it, controls included.

    Raises
    ------
    RunError
        If nothing is left to decide, or the run has no manifest that the answers could name.
    RasterError
        If an image cannot be read any more.
    OutputError
        If the file cannot be written.
    """
    items = _open_items(run, reviewer)[:most]
    if not items:
        raise RunError(
            f"{run.path} has nothing that {reviewer or 'a reviewer'} has not decided",
            "a kit needs at least one detection to look at",
            "choose another reviewer, or another run",
        )
    data = {
        "format": "sitewatch-kit",
        "version": 1,
        "sitewatch": __version__,
        "run_id": run.info["run_id"],
        "manifest_sha256": manifest_digest(run),
        "reviewer": reviewer,
        "kinds": [{"kind": kind, "title": KIND_TITLES[kind]} for kind in KINDS],
        "items": [_item(run, item, show_confidence=show_confidence) for item in items],
    }
    try:
        partial = path.with_name(f".{path.name}.partial")
        partial.write_text(_page(data), "utf-8", newline="\n")
        partial.replace(path)
    except OSError as error:
        raise OutputError(
            f"{path} could not be written ({error.strerror})", "a writable folder is needed", "choose another"
        ) from error
    return len(items)


def manifest_digest(run: Run) -> str:
    """Return the digest of a run's manifest, which stands for all of its files.

    Raises
    ------
    RunError
        If it has none.
    """
    path = run.path / MANIFEST
    if not path.is_file():
        raise RunError(
            f"{run.path} has no {MANIFEST}", "answers name the run by it", "restore the run folder"
        )
    return digest(path)


def _open_items(run: Run, reviewer: str) -> list[Item]:
    decided = outcomes(Log.of(run.path).votes())
    mine = {
        name
        for name, outcome in decided.items()
        if any(vote.decision.reviewer == reviewer for vote in outcome.votes)
    }
    return [item for item in queue_for(run, reviewer) if item.id not in mine]


def _item(run: Run, item: Item, *, show_confidence: bool) -> dict[str, Any]:
    said = blinded(item, show_confidence)["properties"]
    frame = frame_of(run, item)
    return {
        "item": handle(run, item.id),
        "site": frame.pair.site.name if frame.pair.site is not None else "the whole overlap",
        "area": area_words(said["area_m2"]),
        "before": _scene(frame.pair.before),
        "after": _scene(frame.pair.after),
        "opinion": _opinion(said),
        **_shown(frame),
    }


def _shown(frame: Frame) -> dict[str, Any]:
    return {
        "width": frame.width,
        "height": frame.height,
        "outline": frame.outline,
        "bar": frame.bar,
        "share": frame.share,
        "north": frame.north,
        "looks": [
            {"words": look.words, "before": look.before, "after": look.after, "sha256": look.sha256}
            for look in frame.looks
        ],
    }


def _scene(scene: Scene) -> dict[str, str]:
    return {
        "date": moment_words(scene.datetime, scene.date_precision),
        "sensor": scene.sensor,
        "gsd": f"{scene.gsd_m:.3g} m",
        "credit": scene.credit or _UNSTATED,
        "licence": scene.licence or _UNSTATED,
    }


def _opinion(said: Mapping[str, Any]) -> list[str]:
    """Return what the program thinks, in lines; nothing where it is not shown."""
    if "kind" not in said:
        return []
    word = confidence_word(said["confidence"]) if said["confidence"] is not None else None
    sure = f"{said['confidence']:.2f}, {word.word}" if word is not None else "not calibrated"
    rivals = [rival["sentence"] for rival in said["rivals"] if rival["stance"] != "not_checked"]
    return [f"{KIND_TITLES[said['kind']]}; confidence {sure}", *said["reasons"], *rivals]


def _page(data: Mapping[str, Any]) -> str:
    environment = Environment(
        loader=FileSystemLoader(_ASSETS), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    style, script = ((_ASSETS / name).read_text("utf-8") for name in ("kit.css", "kit.js"))
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_allowed(style)}'; script-src '{_allowed(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    # Inside a script element only "<" can end it; JSON knows another way of writing it.
    text = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
    return environment.get_template("kit.html.jinja").render(
        policy=policy, style=style, script=script, data=text, run_id=data["run_id"]
    )


def _allowed(text: str) -> str:
    """Return the name by which a page's policy allows one text and no other."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"
