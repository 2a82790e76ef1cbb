"""What a sensor makes of light: point spread, area-weighted sampling, noise, gain, whole numbers."""

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.simulate.canvas import Frame
from sitewatch.simulate.recipe import RGB, Conditions, Shift

# Tone curve of 8-bit images as they are delivered for viewing: full scale, and the power that lifts the dark.
FULL_SCALE = 0.52
TONE = 0.70
REFLECTANCE_SCALE = 10_000


def forward(shift: Shift, size: tuple[int, int]) -> NDArray[np.float64]:
    """Return the 2 x 3 matrix that takes a place of the before scene to where the after scene shows it.

    Both in sensor pixels, (column, row), the top left corner of the frame at (0, 0).
    """
    turn = np.radians(shift.rotation)
    matrix = shift.scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    centre = np.array([size[1] / 2, size[0] / 2])
    move = centre - matrix @ centre + (shift.dx, shift.dy)
    return np.column_stack([matrix, move])


def sample(
    light: NDArray[np.float32], frame: Frame, place: NDArray[np.float64], blur: float
) -> NDArray[np.float32]:
    """Bring a band from the canvas to the sensor's pixels.

    Parameters
    ----------
    light : (canvas rows, canvas columns) float32
    place : (2, 3)
        As `forward` gives it; the identity for a scene in its place.
    blur : float
        Standard deviation of the point spread, sensor pixels.

    Returns
    -------
    (rows, columns) float32
    """
    rows, cols = frame.size
    edge = frame.margin * frame.factor
    if np.allclose(place, [[1, 0, 0], [0, 1, 0]]):
        fine: NDArray[np.float32] = light[
            edge : edge + rows * frame.factor, edge : edge + cols * frame.factor
        ]
    else:
        fine = _warped(light, _on_canvas(place, frame), (cols * frame.factor, rows * frame.factor))
    if blur > 0:
        fine = np.asarray(cv2.GaussianBlur(fine, (0, 0), blur * frame.factor), np.float32)
    return np.asarray(cv2.resize(fine, (cols, rows), interpolation=cv2.INTER_AREA), np.float32)


def digitise(
    light: NDArray[np.float32], bands: tuple[str, ...], seen: Conditions, rng: np.random.Generator
) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """Turn reflectance into the numbers of a product: 8 bits with a tone curve for RGB, else 16 bits.

    Parameters
    ----------
    light : (bands, rows, columns) float32

    Returns
    -------
    (bands, rows, columns)
        From 1 up: 0 means "nothing here".
    """
    tilt = 1 + seen.cast * np.linspace(-0.5, 0.5, len(bands))
    gain = (seen.gain * tilt).astype(np.float32)[:, None, None]
    noisy = light + np.float32(seen.noise) * rng.standard_normal(light.shape, dtype=np.float32)
    if bands == RGB:
        toned = np.clip(noisy / FULL_SCALE, 0, None) ** np.float32(TONE)
        eight: NDArray[np.uint8] = np.clip(np.rint((toned * gain + seen.offset) * 255), 1, 255).astype(
            np.uint8
        )
        return eight
    numbers = (noisy * gain + seen.offset) * REFLECTANCE_SCALE
    sixteen: NDArray[np.uint16] = np.clip(np.rint(numbers), 1, 65_535).astype(np.uint16)
    return sixteen


def _warped(
    light: NDArray[np.float32], matrix: NDArray[np.float64], size: tuple[int, int]
) -> NDArray[np.float32]:
    return np.asarray(cv2.warpAffine(light, matrix, size, flags=cv2.INTER_CUBIC), np.float32)


def _on_canvas(place: NDArray[np.float64], frame: Frame) -> NDArray[np.float64]:
    """Turn a matrix between sensor corners into one between canvas pixel centres."""
    factor, edge = frame.factor, frame.margin * frame.factor
    matrix, move = place[:, :2], place[:, 2] * factor
    half = np.array([0.5, 0.5])
    return np.column_stack([matrix, matrix @ (half - edge) + move - half])
