"""What each product's numbers mean: its bands and their order, its credit line, and what people call it.

Sources: Sentinel-2 Products Specification Document (bands), USGS Landsat Collection 2 data format control
books (bands, scale and offset), Planet imagery product specifications (bands), WorldView-2/3 product sheets
(bands), USDA NAIP metadata (bands). Credit lines: legal notice on the use of Copernicus Sentinel data, USGS
"courtesy of" guideline, Planet's "Citing Planet Data". A line stands here only where the provider prescribes
one for every user; where a contract or a screen decides it (Maxar, Airbus, Google Earth), it must be given.
"""

import re
from dataclasses import dataclass

from sitewatch.catalogue.bands import plain
from sitewatch.errors import SceneError

OTHER = "other"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Sensor:
    """A product family whose numbers are known.

    Attributes
    ----------
    name : str
        As in ``Scene.sensor``.
    title : str
        As in the caption of a figure.
    aliases : tuple of str
        Other words for it, lower case, words apart.
    layouts : tuple of tuples of str
        Band orders in which the provider delivers one file, told apart by the number of bands.
    numbers : tuple of (str, str)
        The provider's band number without leading zeros (``"4"``, ``"8A"``) and our name.
    scale, offset : float or None
        ``reflectance = stored * scale + offset`` of the surface-reflectance product; None if it has none.
    credit : str or None
        The line the provider prescribes, ``{year}`` standing for the year of acquisition.
    licence : str or None
    """

    name: str
    title: str
    aliases: tuple[str, ...] = ()
    layouts: tuple[tuple[str, ...], ...] = ()
    numbers: tuple[tuple[str, str], ...] = ()
    scale: float | None = None
    offset: float = 0.0
    credit: str | None = None
    licence: str | None = None

    def band_of_number(self, number: str) -> str | None:
        """Return our name of the provider's band ``"4"``, ``"B04"``, ``"SR_B4"`` or ``"8A"``, or None."""
        bare = number.upper().removeprefix("SR_").removeprefix("B").lstrip("0")
        return dict(self.numbers).get(bare)

    def layout(self, count: int) -> tuple[str, ...] | None:
        """Return the names of the bands of a file of `count` bands, or None: the order is not fixed."""
        return next((names for names in self.layouts if len(names) == count), None)

    def credit_line(self, year: int | None) -> str | None:
        """Return the line the provider prescribes, or None: there is none, or the year is unknown."""
        if self.credit is None or ("{year}" in self.credit and year is None):
            return None
        return self.credit.format(year=year)


def find_sensor(text: str | None) -> Sensor | None:
    """Return the sensor that a text names, or None.

    Words around it are allowed (``"Sentinel-2 L2A composite"``); the longest name found in them wins, so that
    ``"Landsat-8 OLI"`` is not just Landsat.
    """
    # "Landsat, 8-bit" speaks of the numbers and not of Landsat 8.
    words = f" {plain(re.sub(r'[0-9]+.?bit', '', text or ''))} "
    hits = [(len(alias), sensor) for alias, sensor in _ALIASES if f" {alias} " in words]
    return max(hits, key=lambda hit: hit[0])[1] if hits else None


def require_sensor(text: str) -> str:
    """Return the name of the sensor that an option gave.

    Raises
    ------
    SceneError
        If it is none of the known ones, with their list; ``other`` is always allowed.
    """
    if plain(text) in {OTHER, UNKNOWN}:
        return plain(text)
    sensor = find_sensor(text)
    if sensor is None:
        raise SceneError(
            f"sensor {text!r} is not known",
            f"known are {', '.join(each.name for each in SENSORS)}",
            "choose one of them, or --sensor other",
        )
    return sensor.name


def title(name: str) -> str:
    """Return a sensor's name as a caption shows it; the name itself if it is not one of the known."""
    return next((sensor.title for sensor in SENSORS if sensor.name == name), name)


_RGB = ("red", "green", "blue")
_BGRN = ("blue", "green", "red", "nir")
_RGBN = ("red", "green", "blue", "nir")
_SIX = ("blue", "green", "red", "nir", "swir16", "swir22")
_USGS_LICENCE = "U.S. public domain"
_MAXAR = (_BGRN, _RGB)
_EIGHT = ("coastal", "blue", "green", "yellow", "red", "rededge071", "nir", "nir09")

_S2_NUMBERS = (
    ("1", "coastal"), ("2", "blue"), ("3", "green"), ("4", "red"), ("5", "rededge071"), ("6", "rededge075"),
    ("7", "rededge078"), ("8", "nir"), ("8A", "nir08"), ("9", "nir09"), ("10", "cirrus"), ("11", "swir16"),
    ("12", "swir22"),
)  # fmt: skip
_S2_ALL = tuple(name for _, name in _S2_NUMBERS)
_TM_NUMBERS = tuple(zip(("1", "2", "3", "4", "5", "7"), _SIX, strict=True))
# The near-infrared band of OLI is as narrow as Sentinel-2's B8A; it is the only one there, so it is `nir`.
_OLI_NUMBERS = (
    ("1", "coastal"), *zip("234567", _SIX, strict=True), ("8", "pan"), ("9", "cirrus")
)  # fmt: skip


def _landsat(number: int, instrument: str) -> Sensor:
    oli = instrument == "OLI"
    return Sensor(
        name=f"landsat-{number}-{instrument.lower().rstrip('+')}",
        title=f"Landsat {number} {instrument}",
        aliases=tuple(f"{word}{number}" for word in ("landsat ", "landsat", "l", "lc0", "lt0", "le0")),
        layouts=(("coastal", *_SIX), _SIX) if oli else (_SIX,),
        numbers=_OLI_NUMBERS if oli else (*_TM_NUMBERS, *((("8", "pan"),) if number == 7 else ())),
        scale=2.75e-5,
        offset=-0.2,
        credit=f"Landsat-{number} image courtesy of the U.S. Geological Survey",
        licence=_USGS_LICENCE,
    )


SENSORS: tuple[Sensor, ...] = (
    Sensor(
        name="sentinel-2-msi",
        title="Sentinel-2 MSI",
        aliases=tuple(
            f"{word}{letter}" for word in ("sentinel 2", "sentinel2", "s2") for letter in ("", "a", "b", "c")
        ),
        layouts=(
            _S2_ALL,
            tuple(name for name in _S2_ALL if name != "cirrus"),
            tuple(name for name in _S2_ALL if name not in {"coastal", "nir09", "cirrus"}),
        ),
        numbers=_S2_NUMBERS,
        scale=1e-4,
        credit="Contains modified Copernicus Sentinel data {year}",
        licence="Copernicus Sentinel data terms (free, full and open access)",
    ),
    _landsat(4, "TM"),
    _landsat(5, "TM"),
    _landsat(7, "ETM+"),
    _landsat(8, "OLI"),
    _landsat(9, "OLI"),
    Sensor(
        name="landsat",
        title="Landsat",
        layouts=(_SIX,),
        credit="Landsat image courtesy of the U.S. Geological Survey",
        licence=_USGS_LICENCE,
    ),
    Sensor(
        name="planetscope",
        title="PlanetScope",
        aliases=("planet", "planet scope", "psscene", "ps2", "ps2 sd", "psb sd", "dove", "superdove"),
        layouts=(
            ("coastal", "blue", "green05", "green", "yellow", "red", "rededge071", "nir"),
            ("blue", "green", "red", "rededge071", "nir"),
            _BGRN,
            _RGB,
        ),
        scale=1e-4,
        credit="Image © {year} Planet Labs PBC",
    ),
    Sensor(
        name="rapideye",
        title="RapidEye",
        aliases=("rapid eye",),
        layouts=(("blue", "green", "red", "rededge071", "nir"),),
        credit="Image © {year} Planet Labs PBC",
    ),
    Sensor(
        name="skysat",
        title="SkySat",
        layouts=(_BGRN, _RGB),
        credit="Image © {year} Planet Labs PBC",
    ),
    Sensor(
        name="naip",
        title="NAIP",
        aliases=("national agriculture imagery program",),
        layouts=(_RGBN, _RGB),
        credit="USDA National Agriculture Imagery Program",
        licence=_USGS_LICENCE,
    ),
    Sensor("worldview-2", "WorldView-2", ("worldview2", "wv2", "wv02"), (_EIGHT, *_MAXAR)),
    Sensor("worldview-3", "WorldView-3", ("worldview3", "wv3", "wv03"), (_EIGHT, *_MAXAR)),
    Sensor("worldview-1", "WorldView-1", ("worldview1", "wv1", "wv01"), (("pan",),)),
    Sensor("geoeye-1", "GeoEye-1", ("geoeye", "geoeye1", "ge01"), _MAXAR),
    Sensor("quickbird-2", "QuickBird", ("quickbird", "quickbird2", "qb02"), _MAXAR),
    Sensor("ikonos", "IKONOS", (), _MAXAR),
    Sensor("maxar", "Maxar", ("digitalglobe", "vantor", "worldview", "worldview legion", "xbd"), (_RGB,)),
    # Airbus delivers either colour order, so four bands say nothing by themselves.
    Sensor("pleiades", "Pléiades", ("phr", "pleiades 1a", "pleiades 1b"), (_RGB,)),
    Sensor("pleiades-neo", "Pléiades Neo", ("pneo",), (_RGB,)),
    Sensor("spot-6-7", "SPOT 6/7", ("spot", "spot 6", "spot 7", "spot6", "spot7"), (_RGB,)),
    Sensor("kompsat-3", "KOMPSAT-3", ("kompsat", "kompsat 3a", "kompsat3"), (_RGB,)),
    Sensor("gaofen-2", "Gaofen-2", ("gaofen", "gf 2", "gf2"), (_RGB,)),
    Sensor("jilin-1", "Jilin-1", ("jilin",), (_RGB,)),
    Sensor("blacksky", "BlackSky", ("black sky",), (_RGB,)),
    Sensor("google-earth", "Google Earth", ("google", "google satellite", "google maps"), (_RGB,)),
    Sensor("bing", "Bing Maps", ("bing maps", "bing aerial", "virtual earth"), (_RGB,)),
    Sensor("esri-world-imagery", "Esri World Imagery", ("esri", "world imagery"), (_RGB,)),
    Sensor("aerial", "aerial photograph", ("airborne", "aerial photo", "orthophoto", "aircraft"), (_RGB,)),
    # Scenes whose truth is known, of sitewatch's own demonstration: reflectance times 10,000, or 8-bit RGB.
    Sensor("drawn", "drawn by sitewatch", (), (_SIX, _RGBN, _RGB), scale=1e-4),
    Sensor("drone", "drone photograph", ("uav", "uas", "dji"), (_RGB,)),
)  # fmt: skip

_ALIASES: tuple[tuple[str, Sensor], ...] = tuple(
    (alias, sensor) for sensor in SENSORS for alias in (plain(sensor.name), *sensor.aliases)
)
