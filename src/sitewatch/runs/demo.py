"""The whole chain on a drawn workspace, held against what was drawn."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sitewatch.catalogue.scenes import add_scenes
from sitewatch.catalogue.sites import add_sites
from sitewatch.catalogue.workspace import Workspace
from sitewatch.evaluate import Scores, evaluate
from sitewatch.io.results import Run, new_folder, read_features
from sitewatch.runs.detect import detect
from sitewatch.runs.options import Step, silent
from sitewatch.simulate.workspace import DrawnWorkspace, draw_workspace

# What was drawn lies beside the workspace's own folders, where an analyst would keep what was sent to him.
_DRAWN = "drawn"
# By this file a folder is known as a demonstration of ours.
_MARK = "DEMO.md"


@dataclass(frozen=True, slots=True)
class Row:
    """What was drawn at one site, and what was found.

    Attributes
    ----------
    expected, verdict : str
        What an analyst would say, and what was said.
    drawn : int
        True changes that could be seen.
    found, missed, mistyped, false : int
        Of these, and detections that hold no true change.
    """

    site: str
    expected: str
    verdict: str
    drawn: int
    found: int
    missed: int
    mistyped: int
    false: int


@dataclass(frozen=True, slots=True)
class Demo:
    """A finished demonstration."""

    root: Path
    run: Run
    rows: tuple[Row, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        names = Row.__dataclass_fields__
        return {
            "workspace": str(self.root),
            "run": str(self.run.path),
            "page": str(self.run.path / "index.html"),
            "sites": [{name: getattr(row, name) for name in names} for row in self.rows],
        }


def demo(out: Path, *, overwrite: bool = False, jobs: int | None = None, progress: Step = silent) -> Demo:
    """Draw a workspace, judge its sites, and compare with what was drawn.

    Raises
    ------
    OutputError
        If `out` exists (and is no demonstration that may be replaced), or cannot be written.
    """
    with new_folder(out, overwrite=overwrite, ours=lambda folder: (folder / _MARK).is_file()) as folder:
        (folder / _MARK).write_text(_ABOUT, "utf-8")
        progress("drawing")
        drawn = draw_workspace(folder / _DRAWN)
        Workspace.create(folder)
    # Scenes and runs name files where they lie, so the rest is done where the folder stays.
    drawn = drawn.at(out / _DRAWN)
    workspace = Workspace.open(out)
    add_sites(workspace, drawn.sites_file)
    add_scenes(workspace, drawn.scenes)
    run = detect(workspace, jobs=jobs, progress=progress)
    return Demo(out, run, tuple(_rows(drawn, run)))


def table(rows: tuple[Row, ...]) -> Iterator[str]:
    """Say what was drawn and found, in lines."""
    yield (
        f"{'site':14} {'expected':18} {'verdict':18} {'drawn':>5} {'found':>5} {'missed':>6} "
        f"{'mistyped':>8} {'false':>5}"
    )
    for row in rows:
        yield (
            f"{row.site:14} {row.expected:18} {row.verdict:18} {row.drawn:5} {row.found:5} {row.missed:6} "
            f"{row.mistyped:8} {row.false:5}"
        )


def _rows(drawn: DrawnWorkspace, run: Run) -> Iterator[Row]:
    said: Mapping[str, str] = {
        feature["properties"]["site_id"]: feature["properties"]["verdict"]
        for feature in read_features(run, "sites")
    }
    for site, expected in drawn.verdicts.items():
        scores = (
            evaluate(drawn.truth_rasters[site], run, site=site) if site in run.sites_with_rasters else None
        )
        yield _row(site, expected, said.get(site, "not judged"), scores)


def _row(site: str, expected: str, verdict: str, scores: Scores | None) -> Row:
    if scores is None:
        return Row(site, expected, verdict, 0, 0, 0, 0, 0)
    total = sum(n for kinds in scores.typed.values() for n in kinds.values())
    right = sum(kinds.get(kind, 0) for kind, kinds in scores.typed.items())
    missed = sum(kinds.get("missed", 0) for kinds in scores.typed.values())
    return Row(
        site=site,
        expected=expected,
        verdict=verdict,
        drawn=total,
        found=right,
        missed=missed,
        mistyped=total - right - missed,
        false=scores.objects["any"].false_alarms,
    )


_ABOUT = """# A drawn workspace

Everything here was drawn by `sitewatch demo`: no place in it is real. `drawn/` holds what was drawn, with the
truth about it; the other folders are a workspace as an analyst would keep it.
"""
