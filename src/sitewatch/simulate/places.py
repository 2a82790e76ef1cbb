"""The six places of the demonstration: what happens there, and how it is seen."""

import datetime as dt
from dataclasses import dataclass, replace

from sitewatch.records import Category, VerdictWord
from sitewatch.simulate.recipe import RGB_NIR, SIX, Conditions, Recipe, Shift


@dataclass(frozen=True, slots=True)
class Place:
    """One drawn site.

    Attributes
    ----------
    since, until : date
        Between these something is suspected.
    suspicion : str
        What a source might have said.
    verdict : VerdictWord
        What an analyst would say who saw the scenes.
    also_before : tuple of Conditions
        Further scenes of the time before, worse ones: the choice of the pair matters.
    """

    id: str
    name: str
    category: Category
    since: dt.date
    until: dt.date
    suspicion: str
    verdict: VerdictWord
    recipe: Recipe
    also_before: tuple[Conditions, ...] = ()


def _seen(day: str, azimuth: float, elevation: float) -> Conditions:
    date = dt.date.fromisoformat(day)
    moment = dt.datetime(date.year, date.month, date.day, 10, 20 + date.day, 3 * date.month, tzinfo=dt.UTC)
    return Conditions(moment, sun_azimuth=azimuth, sun_elevation=elevation)


_DRY = _seen("2023-01-18", 138.0, 47.0)
_LATER = _seen("2023-03-04", 126.0, 53.0)

PLACES: tuple[Place, ...] = (
    Place(
        "amberfold", "Amberfold (drawn)", "settlement", dt.date(2023, 2, 12), dt.date(2023, 2, 20),
        "A quarter of the village is said to have been burned.", "change",
        Recipe(
            resolution_m=10, bands=SIX, size=(160, 160), ground="forest", events=("burning",), share=0.45,
            before=_DRY, after=_LATER, shift=Shift(0.4, -0.3), longitude=0.21, latitude=0.33,
        ),
        (replace(_seen("2023-02-07", 133.0, 50.0), clouds=0.6),),
    ),
    Place(
        "quillmere", "Quillmere (drawn)", "settlement", dt.date(2022, 6, 1), dt.date(2022, 10, 15),
        "Houses are said to have been torn down.", "change",
        Recipe(
            size=(512, 512), events=("demolition",),
            before=_seen("2022-05-21", 96.0, 61.0), after=_seen("2022-10-30", 128.0, 57.0),
            shift=Shift(2.3, -1.7, 0.1), longitude=0.35, latitude=0.28,
        ),
    ),
    Place(
        "stonewether", "Stonewether (drawn)", "facility", dt.date(2021, 4, 1), dt.date(2022, 3, 1),
        "A walled compound is said to have been built.", "change",
        Recipe(
            resolution_m=3, bands=RGB_NIR, size=(256, 256), theme="walled_compound", ground="desert",
            events=("construction",), before=_seen("2021-03-11", 122.0, 54.0),
            after=_seen("2022-03-19", 118.0, 56.0), shift=Shift(-0.6, 0.8), longitude=0.46, latitude=0.37,
        ),
    ),
    Place(
        "farharbour", "Farharbour (drawn)", "ground_station", dt.date(2021, 9, 1), dt.date(2022, 8, 1),
        "Antennas are said to have been put up.", "change",
        Recipe(
            size=(400, 400), theme="ground_station", events=("construction",),
            before=_seen("2021-08-09", 74.0, 58.0), after=_seen("2022-08-17", 77.0, 60.0),
            shift=Shift(1.2, 1.9), longitude=0.52, latitude=0.22,
        ),
    ),
    Place(
        "meadowmoor", "Meadowmoor (drawn)", "settlement", dt.date(2022, 2, 1), dt.date(2022, 8, 1),
        "Something is said to have happened; nothing but season, sun and harvest did.", "no_visible_change",
        Recipe(
            size=(448, 448), events=(), friends=("season", "shadow", "harvest"),
            before=_seen("2022-01-22", 137.0, 49.0), after=_seen("2022-08-12", 72.0, 58.0),
            shift=Shift(-1.4, 0.7), longitude=0.41, latitude=0.17,
        ),
    ),
    Place(
        "cloudrest", "Cloudrest (drawn)", "settlement", dt.date(2023, 2, 12), dt.date(2023, 2, 20),
        "The village is said to have been burned; clouds hide it.", "not_assessable",
        Recipe(
            resolution_m=10, bands=SIX, size=(144, 144), events=("burning",), before=_DRY,
            after=replace(_LATER, clouds=0.97), longitude=0.29, latitude=0.12,
        ),
    ),
)  # fmt: skip
