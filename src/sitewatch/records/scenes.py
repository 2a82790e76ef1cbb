"""Scenes: what is known of an image without its pixels, and which two are compared."""

import datetime as dt
from dataclasses import dataclass

from odc.geo.geobox import GeoBox

from sitewatch.records.sites import Site
from sitewatch.records.vocabulary import DatePrecision, Georeference, MaskScheme, Units


@dataclass(frozen=True, slots=True)
class Band:
    """One band of a scene: where its numbers are, and how they become physical.

    Attributes
    ----------
    name : str
        A name of `BAND_NAMES`, or ``b1``, ``b2`` ... where it is not known.
    href : str
        Absolute path or URL of the file.
    index : int
        Band number inside the file, from 1.
    scale, offset : float
        ``value = stored * scale + offset``.
    nodata : float or None
        Stored number that means "nothing here".
    """

    name: str
    href: str
    index: int = 1
    scale: float = 1.0
    offset: float = 0.0
    nodata: float | None = None


@dataclass(frozen=True, slots=True)
class MaskLayer:
    """A provider's own classification of a scene's pixels (cloud, shadow, ...)."""

    scheme: MaskScheme
    href: str
    index: int = 1


@dataclass(frozen=True, slots=True)
class View:
    """Angles in degrees, where known. Azimuths are clockwise from true north."""

    sun_azimuth: float | None = None
    sun_elevation: float | None = None
    off_nadir: float | None = None
    azimuth: float | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """One acquisition: what it is, where its bands are, and what is known of how it was taken.

    Attributes
    ----------
    id : str
    bands : tuple of Band
        In file order; names are unique.
    grid : GeoBox
        Grid of the finest band.
    gsd_m : float
        Ground sample distance of the finest band, metres.
    datetime : datetime or None
        UTC; None if nobody knows. `date_precision` says how much of it is meant.
    sensor : str
        For example ``sentinel-2-msi``, ``planetscope``, ``landsat-8-oli``, or ``unknown``.
    units : Units
        What the bands are after scale and offset: surface reflectance (0..1) or digital numbers.
    credit, licence : str or None
        Verbatim, as they must appear beside the image.
    georeference : Georeference
        ``approximate`` if the position came from an option and not from the file.
    sha256 : str or None
        Of the scene's file, or of the sorted digests of its files; None if not yet taken.
    notes : tuple of str
        What was assumed when the scene was read, and where an option contradicts its file.
    """

    id: str
    bands: tuple[Band, ...]
    grid: GeoBox
    gsd_m: float
    datetime: dt.datetime | None = None
    date_precision: DatePrecision = "second"
    sensor: str = "unknown"
    product_id: str | None = None
    units: Units = "digital_number"
    masks: tuple[MaskLayer, ...] = ()
    view: View = View()
    cloud_cover: float | None = None
    credit: str | None = None
    licence: str | None = None
    georeference: Georeference = "true"
    sha256: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def band_names(self) -> tuple[str, ...]:
        """Names of the bands, in order."""
        return tuple(band.name for band in self.bands)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two scenes that are compared for a site (or, with no site, over their whole overlap).

    Attributes
    ----------
    reasons : tuple of str
        Why these two, in sentences with numbers.
    cautions : tuple of str
        What speaks against the choice.
    score : float
        What the choice was ranked by, 0 (useless) to 1 (ideal); 1 where the user chose.
    """

    before: Scene
    after: Scene
    site: Site | None = None
    reasons: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    score: float = 1.0
