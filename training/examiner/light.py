"""Other light on an image: what differs between two dates though nothing happened."""

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]


def relight(image: Image, draw: np.random.Generator) -> Image:
    """Return an image (3, rows, columns) of 0..255 as another day, hour or camera might have taken it."""
    changes = ((0.7, _tone), (0.2, _haze), (0.25, _blur), (0.25, _noise), (0.15, _packed))
    for chance, change in changes:
        if draw.random() < chance:
            image = np.clip(change(image, draw), 0, 255)
    return image


def _tone(image: Image, draw: np.random.Generator) -> Image:
    gain = draw.uniform(0.85, 1.15) * draw.uniform(0.93, 1.07, (3, 1, 1))
    offset = draw.uniform(-12, 12) + draw.uniform(-6, 6, (3, 1, 1))
    grey = image.mean(axis=0, keepdims=True)
    colourful = grey + (image - grey) * draw.uniform(0.6, 1.3)
    toned = 255 * np.clip(colourful / 255, 0, 1) ** draw.uniform(0.75, 1.3) * gain + offset
    return toned.astype(np.float32)


def _haze(image: Image, draw: np.random.Generator) -> Image:
    """Lay a veil of light over it that is thicker here than there."""
    rows, cols = image.shape[1:]
    veil = cv2.resize(
        draw.uniform(0, 1, (4, 4)).astype(np.float32), (cols, rows), interpolation=cv2.INTER_CUBIC
    )
    thick = np.clip(veil, 0, 1) * np.float32(draw.uniform(0.1, 0.45))
    hazed: Image = image * (1 - thick) + np.float32(draw.uniform(150, 230)) * thick
    return hazed


def _blur(image: Image, draw: np.random.Generator) -> Image:
    sigma = draw.uniform(0.4, 1.0)
    return np.stack([cv2.GaussianBlur(band, (0, 0), sigma) for band in image])


def _noise(image: Image, draw: np.random.Generator) -> Image:
    noise = draw.standard_normal(image.shape).astype(np.float32)
    return image + noise * np.float32(draw.uniform(1, 6))


def _packed(image: Image, draw: np.random.Generator) -> Image:
    """Leave of it what JPEG at a low quality does."""
    pixels = np.ascontiguousarray(image.transpose(1, 2, 0)).round().astype(np.uint8)
    _, stream = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, int(draw.integers(40, 90))])
    return cv2.imdecode(stream, cv2.IMREAD_COLOR).transpose(2, 0, 1).astype(np.float32)
