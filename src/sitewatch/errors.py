"""Every error of sitewatch.

An error says three things: what was found, what was needed, and what to do. The command line prints them
as one line, ``error: found; needed; do``. Each class also derives from the builtin that a caller who knows
nothing of sitewatch would expect to catch.
"""


class SitewatchError(Exception):
    """Root of every error raised on purpose.

    Parameters
    ----------
    found : str
        What was found, with the name of the file, site or option.
    needed : str
        What was needed instead.
    do : str
        What the user can do about it.
    """

    def __init__(self, found: str, needed: str, do: str) -> None:
        self.found = found
        self.needed = needed
        self.do = do
        super().__init__(f"{found}; {needed}; {do}")

    def __reduce__(self) -> tuple[type["SitewatchError"], tuple[str, str, str]]:
        """Keep the three parts when an error crosses a process boundary."""
        return type(self), (self.found, self.needed, self.do)


class RasterError(SitewatchError, OSError):
    """A raster cannot be read as what it claims to be: truncated, empty, corrupt, or not a raster."""


class VectorError(SitewatchError, OSError):
    """A vector file cannot be read, or holds nothing that can be used."""


class GeometryError(SitewatchError, ValueError):
    """A polygon cannot be used and cannot be repaired safely."""


class GeoreferenceError(SitewatchError, ValueError):
    """An image does not say where on the ground it lies, and the options do not say it either."""


class CoverageError(SitewatchError, ValueError):
    """Two scenes, or a scene and a site, do not overlap, or a site does not fit the scenes' resolution."""


class SceneError(SitewatchError, ValueError):
    """A scene lacks something that is needed: date, sensor, bands; or it holds no information."""


class PairError(SitewatchError, ValueError):
    """Two scenes cannot be compared: swapped in time, the same scene twice, incompatible units."""


class RegistrationError(SitewatchError, ValueError):
    """Two scenes could not be brought onto one another."""


class SiteError(SitewatchError, ValueError):
    """A site, or a list of sites, is not usable: duplicate ids, unknown category, missing coordinates."""


class CatalogueError(SitewatchError, ValueError):
    """The scene catalogue is missing, unreadable or inconsistent."""


class SettingsError(SitewatchError, ValueError):
    """A setting is unknown, or its value is out of range."""


class ModelError(SitewatchError, ValueError):
    """A network, or a last stage, of the user's own cannot be used: unreadable, or it does not fit."""


class OutputError(SitewatchError, OSError):
    """Results cannot be written: the folder exists, is read-only, or the disk is full."""


class RunError(SitewatchError, ValueError):
    """A folder is not a run, or a run lacks what is asked of it."""


class SurveyError(SitewatchError, ValueError):
    """A sample cannot be drawn as wished, or its readings do not fit it or one another."""


class SignatureError(SitewatchError, ValueError):
    """A key cannot be used to sign or to check, or what does it is not installed."""


class RedactionError(SitewatchError, ValueError):
    """An edition would give something away, or a name cannot be told from ordinary words."""
