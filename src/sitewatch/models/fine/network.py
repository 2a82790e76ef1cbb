"""Small networks of a few thousand numbers, kept as an npz file and evaluated with numpy."""

from dataclasses import dataclass
from importlib.resources import as_file, files

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]

# Standardised features are cut here: what lies further out was not seen in training.
_LIMIT = np.float32(4.0)
# Pixels that go through the layers at once; bounds the memory to some tens of megabytes.
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Network:
    """Standardisation and the dense layers of a perceptron with rectified hidden units.

    Attributes
    ----------
    mean, scale : (features,) float32
    layers : tuple of (weight, bias)
        ``weight`` is (inputs, outputs) float32, ``bias`` (outputs,).
    """

    mean: Image
    scale: Image
    layers: tuple[tuple[Image, Image], ...]

    def logits(self, features: Image, order: NDArray[np.intp] | None = None) -> Image:
        """Return the outputs at each cell.

        Parameters
        ----------
        features : (features, rows, columns) float32
        order : (features,) int, optional
            Takes the planes in this order: for the pair reversed in time.

        Returns
        -------
        (outputs, rows, columns) float32
        """
        planes = features.reshape(len(features), -1)
        parts = [
            self._chunk(planes[:, start : start + _CHUNK], order)
            for start in range(0, planes.shape[1], _CHUNK)
        ]
        return np.concatenate(parts, axis=1).reshape(-1, *features.shape[1:])

    def _chunk(self, planes: Image, order: NDArray[np.intp] | None) -> Image:
        taken = planes if order is None else planes[order]
        hidden = (taken - self.mean[:, None]) / self.scale[:, None]
        hidden = np.clip(hidden, -_LIMIT, _LIMIT)
        for weight, bias in self.layers[:-1]:
            hidden = np.maximum(weight.T @ hidden + bias[:, None], 0)
        weight, bias = self.layers[-1]
        outputs: Image = weight.T @ hidden + bias[:, None]
        return outputs


def load_networks(names: tuple[str, ...]) -> dict[str, Network]:
    """Read the networks that the package ships, by name."""
    with as_file(files("sitewatch.models.fine") / "weights.npz") as path, np.load(path) as arrays:
        return {name: _assemble(dict(arrays), name) for name in names}


def _assemble(arrays: dict[str, Image], name: str) -> Network:
    depth = sum(key.startswith(f"{name}.weight") for key in arrays)
    part = {key: value.astype(np.float32) for key, value in arrays.items()}
    layers = tuple((part[f"{name}.weight{i}"], part[f"{name}.bias{i}"]) for i in range(depth))
    return Network(part[f"{name}.mean"], part[f"{name}.scale"], layers)
