"""Whose images are shown, by which leave: nothing is drawn for publication without both.

What a licence allows is a question for people. A program can only refuse where nothing is stated, or where
the words say no; then somebody has to state the leave, and the figure says that it was stated by the user.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeGuard

from sitewatch.errors import SceneError
from sitewatch.records import EMPTY, Pair, Scene

EVERY = "all"

# Words of a licence that forbid to show figures made from an image, or that give no leave, each with the
# reason. Searched for in lower case with hyphens and underscores as spaces; only whole words count. In doubt
# it refuses: a wrong refusal costs one option, a wrong figure may cost a court case, or a source.
_NO = "it forbids publication"
_INSIDE = "it allows inside use only"
_ONE = "it allows one use only"
_CLOSED = "it is not for the public"
_NONE = "it gives no leave"
_MUTE = "it does not say what is allowed"
_ADAPT = "it forbids adaptations, and a figure with outlines, a stretch and a crop is one"
_SPREADING = r"(re)?(distribut|publicat|publish|shar|cop|reproduc|display)\w*"
_USES = "internal|research|academic|educational?|evaluation|viewing|view|trial"
FORBIDDING: tuple[tuple[str, str], ...] = (
    (rf"\b(no|not for|without|prohibit\w*|forbid\w*) (further |public )?{_SPREADING}", _NO),
    (
        rf"\b{_SPREADING}( \w+){{0,3}} (is |are )?(strictly )?(prohibited|forbidden|not (allowed|permitted))",
        _NO,
    ),
    (rf"\b(do|does|may|must|shall|can|could) ?not (be )?{_SPREADING}", _NO),
    (r"\bnot for (public|external|release|disclosure|onward)", _NO),
    (r"\bno (public|external|onward) (release|use)", _NO),
    (r"\b(internal|personal|private|in house|official) use\b", _INSIDE),
    (rf"\b({_USES})( and \w+)?( use| purposes?)? only\b|\bonly for ({_USES})\b", _ONE),
    (r"\b(evaluation|trial|sample|demo) (licen[cs]e|data|use)\b", _ONE),
    (r"\b(confidential|classified|secret|restricted|embargo(ed)?|sensitive|fouo|noforn)\b", _CLOSED),
    (r"\ball rights reserved\b", _NONE),
    (r"\bno licen[cs]e\b|\bunlicen[cs]ed\b", _NONE),
    (r"^(proprietary|other|various|unknown|none|tbd|n/a|unspecified|not stated)$", _MUTE),
    (r"\bcc by (nc )?nd\b|\bno ?deriv(s|ative|atives)?\b", _ADAPT),
)
_PATTERNS = tuple((re.compile(pattern), why) for pattern, why in FORBIDDING)
_BY_USER = "stated by the user"


@dataclass(frozen=True, slots=True)
class Statements:
    """What the user answers for.

    Attributes
    ----------
    credits, licences : mapping of str to str
        By scene id, or under ``all`` for every scene that lacks one.
    allow : bool
        Publish although a licence is missing or forbids it: there is a leave that the files do not know.
    """

    credits: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    licences: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    allow: bool = False


def forbids(licence: str) -> str | None:
    """Return why a licence does not allow a figure to be published, or None if no word of it says so."""
    words = re.sub(r"[\s_\-\N{HYPHEN}\N{EN DASH}]+", " ", licence.lower().replace("n't", " not")).strip(" .;")
    return next((why for pattern, why in _PATTERNS if pattern.search(words)), None)


def credited(scene: Scene, said: Statements) -> Scene:
    """Return a scene that may be shown, its credit and licence with what the user stated.

    What the scene itself says is never replaced: a statement stands beside it.

    Raises
    ------
    SceneError
        If there is no credit, no licence, or a licence that forbids, and the user has not stated otherwise.
    """
    credit = _credit(scene, said)
    return replace(scene, credit=credit, licence=_licence(scene, said))


def credited_pair(pair: Pair, said: Statements) -> Pair:
    """Return a pair whose two scenes may be shown; raises as `credited`."""
    return replace(pair, before=credited(pair.before, said), after=credited(pair.after, said))


def require_known(said: Statements, scenes: Iterable[str]) -> None:
    """Refuse statements about scenes that are not there: a misspelt id must not pass for a credit.

    Raises
    ------
    SceneError
        With the first of them.
    """
    known = {*scenes, EVERY}
    for name in (*said.credits, *said.licences):
        if name not in known:
            raise SceneError(
                f"no scene {name!r} is shown",
                "a statement of credit or licence names a scene of the run",
                f"choose of {', '.join(sorted(known))}",
            )


def _credit(scene: Scene, said: Statements) -> str:
    stated = said.credits.get(scene.id)
    if stated is None and not _text(scene.credit):
        stated = said.credits.get(EVERY)
    if not _text(stated):
        if _text(scene.credit):
            return scene.credit
        raise SceneError(
            f"scene {scene.id} has no credit",
            "an image that is published names whose it is",
            f"state it with --credit '{scene.id}=TEXT'",
        )
    return _beside(scene.credit, f"{stated} (credit {_BY_USER})")


def _licence(scene: Scene, said: Statements) -> str:
    stated = said.licences.get(scene.id)
    if stated is None and not _text(scene.licence):
        stated = said.licences.get(EVERY)
    if _text(stated):
        text = _beside(scene.licence, f"{stated} (licence {_BY_USER})")
        # The user's word stands against the file's, but not against itself.
        why = forbids(stated)
    else:
        text = scene.licence if _text(scene.licence) else "licence not stated"
        why = forbids(text) if _text(scene.licence) else "nothing says what is allowed"
    if why is None:
        return text
    if said.allow:
        return f"{text} (leave to publish {_BY_USER})"
    raise SceneError(
        f"the licence of scene {scene.id} does not allow a figure to be published "
        f"({_quoted(stated if _text(stated) else scene.licence)}: {why})",
        "leave to publish is needed",
        f"state it with --licence '{scene.id}=TEXT', or answer for it with --allow-unlicensed",
    )


def _text(value: str | None) -> TypeGuard[str]:
    return bool(value and value.strip())


def _beside(own: str | None, stated: str) -> str:
    return f"{own}; {stated}" if _text(own) else stated


def _quoted(licence: str | None) -> str:
    text = " ".join((licence or "").split())
    return (
        f"\N{LEFT DOUBLE QUOTATION MARK}{text[:80]}\N{RIGHT DOUBLE QUOTATION MARK}" if text else "none stated"
    )
