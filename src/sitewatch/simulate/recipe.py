"""What is to be drawn: the place, what happens to it, and how each date is seen."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from sitewatch.errors import SettingsError

Theme: TypeAlias = Literal["settlement", "walled_compound", "ground_station"]
Ground: TypeAlias = Literal["farmland", "forest", "desert"]
Event: TypeAlias = Literal["construction", "burning", "demolition"]
Friend: TypeAlias = Literal[
    "harvest", "ploughing", "flood", "wet_soil", "snow", "tide", "shadow", "season", "lean", "haze", "smoke",
    "repaint", "sensor",
]  # fmt: skip

THEMES: tuple[Theme, ...] = ("settlement", "walled_compound", "ground_station")
GROUNDS: tuple[Ground, ...] = ("farmland", "forest", "desert")
EVENTS: tuple[Event, ...] = ("construction", "burning", "demolition")
FRIENDS: tuple[Friend, ...] = (
    "harvest", "ploughing", "flood", "wet_soil", "snow", "tide", "shadow", "season", "lean", "haze", "smoke",
    "repaint", "sensor",
)  # fmt: skip

RGB = ("red", "green", "blue")
RGB_NIR = ("red", "green", "blue", "nir")
SIX = ("blue", "green", "red", "nir", "swir16", "swir22")


@dataclass(frozen=True, slots=True)
class Conditions:
    """How one date is seen.

    Attributes
    ----------
    datetime : datetime
        UTC.
    greenness : float
        State of the vegetation, 0 (end of the dry season) to 1 (lush).
    sun_azimuth, sun_elevation : float
        Degrees; azimuth clockwise from north.
    haze : float
        Optical depth of the haze in the green, 0 (none) to about 1.
    clouds : float
        Share of the frame under cloud, 0..1. Clouds throw shadows.
    blur : float
        Standard deviation of the point spread, sensor pixels.
    noise : float
        Standard deviation of the noise, reflectance.
    gain, offset : float
        Of the sensor's numbers: ``number * gain + offset * full scale``.
    cast : float
        Tilt of the gain from the first band to the last, as a share: 0.1 is +-5 %.
    off_nadir, view_azimuth : float
        Degrees; buildings lean towards `view_azimuth` by height times tan(off-nadir).
    """

    datetime: dt.datetime
    greenness: float = 0.6
    sun_azimuth: float = 145.0
    sun_elevation: float = 52.0
    haze: float = 0.03
    clouds: float = 0.0
    blur: float = 0.45
    noise: float = 0.004
    gain: float = 1.0
    offset: float = 0.0
    cast: float = 0.0
    off_nadir: float = 0.0
    view_azimuth: float = 90.0


@dataclass(frozen=True, slots=True)
class Shift:
    """Where the after scene shows the ground, against the before scene.

    Attributes
    ----------
    dx, dy : float
        Sensor pixels to the right and down.
    rotation : float
        Degrees clockwise about the middle of the frame.
    scale : float
        Factor about the middle of the frame.
    """

    dx: float = 0.0
    dy: float = 0.0
    rotation: float = 0.0
    scale: float = 1.0


BEFORE = Conditions(dt.datetime(2021, 3, 4, 10, 31, 12, tzinfo=dt.UTC))
AFTER = Conditions(dt.datetime(2022, 3, 9, 10, 30, 48, tzinfo=dt.UTC), sun_azimuth=142.0, sun_elevation=50.0)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What `draw_pair` draws.

    Attributes
    ----------
    resolution_m : float
        Side of a sensor pixel, 0.3 to 30 m.
    bands : tuple of str
        `RGB`, `RGB_NIR`, `SIX`, or any choice among the names of `SIX`.
    size : (int, int)
        Rows, columns.
    theme : Theme
    ground : Ground
    events : tuple of Event
    friends : tuple of Friend
        False friends: changes that are none of the three kinds. They always happen in the after scene.
    before, after : Conditions
    shift : Shift
    share : float
        Of the houses that burning, and again demolition, takes; 0.05 to 0.5.
    reverse : bool
        Draw the events backwards in time: what they made is there before and gone after. Construction
        becomes demolition, demolition and burning become construction.
    longitude, latitude : float
        Of the frame's top left corner. The default lies in the open sea: no drawn place is a real one.

    Raises
    ------
    SettingsError
        If a value is out of range or a name unknown.
    """

    resolution_m: float = 0.5
    bands: tuple[str, ...] = RGB
    size: tuple[int, int] = (512, 512)
    theme: Theme = "settlement"
    ground: Ground = "farmland"
    events: tuple[Event, ...] = EVENTS
    friends: tuple[Friend, ...] = ()
    before: Conditions = BEFORE
    after: Conditions = AFTER
    shift: Shift = field(default_factory=Shift)
    share: float = 0.25
    reverse: bool = False
    longitude: float = 0.25
    latitude: float = 0.25

    def __post_init__(self) -> None:
        _refuse(not 0.3 <= self.resolution_m <= 30, f"resolution {self.resolution_m} m", "0.3 to 30 m")
        _refuse(not 0.05 <= self.share <= 0.5, f"a share of {self.share}", "0.05 to 0.5")
        _refuse(min(self.size) < 16, f"a size of {self.size} pixels", "at least 16 x 16")
        for name, values, known in (
            ("band", self.bands, SIX),
            ("theme", (self.theme,), THEMES),
            ("ground", (self.ground,), GROUNDS),
            ("event", self.events, EVENTS),
            ("friend", self.friends, FRIENDS),
        ):
            strange = [value for value in values if value not in known]
            _refuse(bool(strange), f"{name} {', '.join(strange)}", f"one of {', '.join(known)}")
        for date in (self.before, self.after):
            low = date.sun_elevation < 5 or date.sun_elevation > 90
            _refuse(low, f"a sun elevation of {date.sun_elevation} degrees", "5 to 90 degrees")
            _refuse(not 0 <= date.off_nadir <= 45, f"off-nadir {date.off_nadir} degrees", "0 to 45 degrees")

    @property
    def frame_m(self) -> tuple[float, float]:
        """Width and height of the frame on the ground, metres."""
        return self.size[1] * self.resolution_m, self.size[0] * self.resolution_m


def _refuse(wrong: bool, found: str, needed: str) -> None:
    if wrong:
        raise SettingsError(f"a recipe with {found}", f"{needed} is what can be drawn", "change the recipe")
