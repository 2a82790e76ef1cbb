"""Prints what the left-out scenes say: objects found and right, and false alarms where nothing happened."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from training.scenes import Scene
from training.scoring import Count, count, objects

Array = NDArray[np.float32]

# Planes of the softmax: 1 built, 2 burnt, 3 removed.
_BUILT, _BURNT, _REMOVED = (1,), (2,), (3,)
_GONE = (2, 3)
Rows = tuple[tuple[str, Callable[[Scene], bool], tuple[int, ...], tuple[int, ...]], ...]
_EVENTS: Rows = (
    ("LEVIR, new buildings", lambda s: s.set == "levir", _BUILT, (1,)),
    ("LEVIR 256, other places", lambda s: s.set == "levir256", _BUILT, (1,)),
    ("wildfire houses as burning", lambda s: s.fires, _BURNT, (2,)),
    ("wildfire houses as burning or demolition", lambda s: s.fires, _GONE, (2,)),
    ("tornado", lambda s: s.set == "tornado", _GONE, (3,)),
    ("hurricane wind", lambda s: s.set == "michael" and not s.altered, _GONE, (3,)),
    ("DSIFN, any change", lambda s: s.set == "dsifn", (1, 2, 3), (1,)),
    ("Mexico, erased before", lambda s: _mexico(s) and s.altered == "erase", _BUILT, (1,)),
    ("Mexico, erased after", lambda s: _mexico(s) and s.altered == "erase", _GONE, (2, 3)),
)
_QUIET: tuple[tuple[str, Callable[[Scene], bool]], ...] = (
    ("Mexico", lambda s: _mexico(s) and not s.altered),
    ("xBD floods, volcano", lambda s: s.set == "xbd" and not s.altered),
    ("hurricane wind, little destroyed", lambda s: s.set == "michael" and not s.altered),
)


def _mexico(scene: Scene) -> bool:
    return scene.set.startswith("mexico")


def print_table(
    scenes: Sequence[Scene], shares: Sequence[Array], starts: Sequence[float] = (0.1, 0.15, 0.2, 0.3, 0.5)
) -> None:
    """Print one block a threshold; an object grows down to half of the threshold that it starts from."""
    lines = []
    for start in starts:
        lines.append(f"\nstart {start}, grow {start / 2}")
        for name, member, planes, kinds in _EVENTS:
            chosen = [(s, p) for s, p in zip(scenes, shares, strict=True) if member(s)]
            scores = (count(_found(s, p, planes, start), s.truth, kinds) for s, p in chosen)
            lines.append(f"  {name:42} {sum(scores, Count())}")
        for name, quiet in _QUIET:
            chosen = [(s, p) for s, p in zip(scenes, shares, strict=True) if quiet(s)]
            lines.append(f"  {name + ', false alarms a km2':42} {_alarms(chosen, start)}")
    print("\n".join(lines))  # noqa: T201 - a script whose output is its table


def _found(scene: Scene, shares: Array, planes: tuple[int, ...], start: float) -> NDArray[np.int32]:
    score = shares[list(planes)].sum(axis=0) * scene.usable
    return objects(score, start, start / 2)


def _alarms(chosen: Sequence[tuple[Scene, Array]], start: float) -> str:
    km2 = sum(float(scene.usable.sum()) for scene, _ in chosen) * 1e-6
    parts = []
    for name, planes in (("built", _BUILT), ("burnt or removed", _GONE)):
        wrong = 0
        for scene, shares in chosen:
            scored = count(_found(scene, shares, planes, start), scene.truth, (1, 2, 3))
            wrong += scored.detections - scored.right
        parts.append(f"{name} {wrong / max(km2, 1e-9):.0f}")
    return f"{', '.join(parts)}  ({km2:.1f} km2)"
