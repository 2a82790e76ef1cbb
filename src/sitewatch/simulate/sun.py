"""Where light comes from, how long shadows are, and where tall things lean."""

import math

from sitewatch.simulate.recipe import Conditions

# Share of the light that still reaches a shadow on a clear day (sky light); it falls with wavelength as
# Rayleigh scattering does. Order of magnitude from ASTM G173 (diffuse against global irradiance).
SKY_LIGHT = {"blue": 0.30, "green": 0.23, "red": 0.18, "nir": 0.12, "swir16": 0.06, "swir22": 0.05}
ROOF_SLOPE = math.radians(22)


def heading(azimuth: float) -> tuple[float, float]:
    """Return the unit vector (x east, y south) of an azimuth in degrees clockwise from north."""
    turn = math.radians(azimuth)
    return math.sin(turn), -math.cos(turn)


def shadow_tip(height: float, seen: Conditions) -> tuple[float, float]:
    """Return where the shadow of a point `height` metres up falls: height / tan(elevation), from the sun."""
    length = height / math.tan(math.radians(seen.sun_elevation))
    x, y = heading(seen.sun_azimuth)
    return -x * length, -y * length


def lean(height: float, seen: Conditions) -> tuple[float, float]:
    """Return by how much a point `height` metres up is displaced in an oblique view, metres."""
    length = height * math.tan(math.radians(seen.off_nadir))
    x, y = heading(seen.view_azimuth)
    return x * length, y * length


def slope_light(facing: tuple[float, float], seen: Conditions) -> float:
    """Return the light on a roof's side against that on flat ground (cosine law), 0.35 to 1.6.

    Parameters
    ----------
    facing : (x, y)
        Unit vector of the side's horizontal direction.
    """
    elevation = math.radians(seen.sun_elevation)
    x, y = heading(seen.sun_azimuth)
    towards = facing[0] * x + facing[1] * y
    cosine = math.cos(ROOF_SLOPE) * math.sin(elevation) + math.sin(ROOF_SLOPE) * math.cos(elevation) * towards
    return min(max(cosine / math.sin(elevation), 0.35), 1.6)
