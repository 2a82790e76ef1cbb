"""A workspace: the folder with ``aois/``, ``scenes/``, ``outputs/`` and, if wanted, ``sitewatch.toml``."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from pydantic import BaseModel

from sitewatch.errors import CatalogueError, OutputError
from sitewatch.settings import Settings

SETTINGS = "sitewatch.toml"


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where the sites, the scenes and the results of one investigation are.

    Attributes
    ----------
    root : Path
        Absolute.
    """

    root: Path

    @property
    def aois(self) -> Path:
        """Folder of the site files."""
        return self.root / "aois"

    @property
    def scenes(self) -> Path:
        """Folder of the STAC catalogue."""
        return self.root / "scenes"

    @property
    def outputs(self) -> Path:
        """Folder of the runs."""
        return self.root / "outputs"

    @property
    def settings_file(self) -> Path:
        """File of the settings; it need not exist."""
        return self.root / SETTINGS

    @classmethod
    def open(cls, root: Path) -> "Workspace":
        """Find the workspace in a folder.

        Raises
        ------
        CatalogueError
            If the folder is none.
        """
        missing = [name for name in ("aois", "scenes") if not (root / name).is_dir()]
        if missing:
            raise CatalogueError(
                f"{root.resolve()} has no {'/ and no '.join(missing)}/",
                "a workspace is a folder with aois/ and scenes/",
                f"`sitewatch init {root}` makes one, or name another with --workspace",
            )
        return cls(root.resolve())

    @classmethod
    def create(cls, root: Path) -> "Workspace":
        """Make a workspace, or add to a folder what it lacks of one; what is there stays as it is.

        Raises
        ------
        OutputError
            If something cannot be written; then nothing of it is left behind.
        """
        made: list[Path] = []
        try:
            for path, text in _files(root).items():
                made += _folders(path.parent)
                if not path.exists():
                    made.append(path)
                    path.write_text(text, "utf-8")
        except OSError as error:
            for path in reversed(made):
                _forget(path)
            raise OutputError(
                f"{error.filename or root} cannot be written ({(error.strerror or str(error)).lower()})",
                "a folder that can be written, with room on its disk, is needed",
                "choose another",
            ) from error
        return cls(root.resolve())


def _folders(folder: Path) -> Iterator[Path]:
    """Make a folder with its parents, and yield those that were not there, uppermost first."""
    if not folder.exists():
        yield from _folders(folder.parent)
        folder.mkdir()
        yield folder


def _forget(path: Path) -> None:
    if path.is_dir():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def _files(root: Path) -> Mapping[Path, str]:
    catalogue = {
        "type": "Catalog",
        "id": "scenes",
        "stac_version": "1.1.0",
        "description": "Satellite scenes of this workspace: one Item an acquisition.",
        "links": [{"rel": "root", "href": "./catalog.json", "type": "application/json"}],
    }
    return {
        **{root / name: text for name, text in READMES.items()},
        root / "scenes" / "catalog.json": json.dumps(catalogue, indent=2) + "\n",
        root / SETTINGS: settings_text(),
    }


def settings_text() -> str:
    """Return a ``sitewatch.toml`` that names every setting with its default, all of it commented out."""
    lines = [
        "# Settings of this workspace. Each line shows a default: take the # away and change the value.",
        "# Options on the command line win over this file.",
    ]
    for stage, field in Settings.model_fields.items():
        record = field.default
        if isinstance(record, BaseModel):
            lines += ["", f"# [{stage}]", *_setting_lines(record)]
    return "\n".join(lines) + "\n"


def _setting_lines(record: BaseModel) -> Iterator[str]:
    for name, field in type(record).model_fields.items():
        value = getattr(record, name)
        if value is None:
            # TOML has no null: a setting that is not set cannot be shown with its default.
            yield f"{f'# {name} =':<28}# not set. {field.description}"
        else:
            yield f"{f'# {name} = {json.dumps(value)}':<28}# {field.description}"


READMES: Mapping[str, str] = MappingProxyType(
    {
        "aois/README.md": """# Sites

One file or many, in any vector format: GeoJSON, GeoPackage, KML/KMZ, shapefile, CSV with lon and lat.
`sitewatch sites add FILE` checks a file and writes it here as GeoJSON; files put here by hand are read, too.

Properties that are understood: `id`, `name`, `category` (settlement, facility, ground_station, other),
`radius_m` (of the circle around a point), `since` and `until` (between these dates something is suspected to
have happened), `events`, `sources`, `precision_m` (how far the true position may lie from the given one).
Everything else is kept as it is.
""",
        "scenes/README.md": """# Scenes

A STAC catalogue: `catalog.json`, and a folder with an Item for each scene. The pixels stay where they are.
`sitewatch scenes add PATH` adds a raster, a product or a folder of them.
""",
        "outputs/README.md": """# Results

One folder a run, written whole or not at all: `index.html` is the place to start.
""",
    }
)
