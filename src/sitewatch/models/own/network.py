"""A network of the user's own, loaded: checked against its sidecar, and run tile by tile."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from sitewatch.errors import ModelError
from sitewatch.models.own.sidecar import Sidecar

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Images = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A network and its sidecar.

    Attributes
    ----------
    name : str
        ``own-`` and the first digits of `sha256`: another network has another name.
    sidecar : Sidecar
    sha256 : str
        Of the ONNX file and the sidecar together.
    """

    name: str
    sidecar: Sidecar
    sha256: str
    session: "InferenceSession"

    @classmethod
    def open(cls, path: Path) -> Self:
        """Load a network and its sidecar: ``change.onnx`` and ``change.json``.

        Raises
        ------
        ModelError
            If either cannot be read, or the network's inputs and outputs are not what the sidecar says.
        """
        if not path.is_file():
            raise ModelError(f"there is no network {path}", "an ONNX file is needed", "check the path")
        beside = path.with_suffix(".json")
        sidecar = Sidecar.open(beside)
        session = _session(path)
        _check_inputs(session, sidecar, path.name)
        sha = hashlib.sha256(path.read_bytes() + beside.read_bytes()).hexdigest()
        network = cls(f"own-{sha[:12]}", sidecar, sha, session)
        # A tile of zeros tells what shapes alone do not: whether the network runs, and what comes out.
        side = sidecar.tile
        blank = np.zeros((len(sidecar.bands), side, side), np.float32)
        network.look(np.concatenate([blank, blank]))
        return network

    def look(self, tile: Images) -> Images:
        """Run the network on one tile.

        Parameters
        ----------
        tile : (2 bands, tile, tile) float32
            Before, then after.

        Returns
        -------
        (classes, rows, columns) float32
            Probabilities, 0..1, spread over the tile.

        Raises
        ------
        ModelError
            If the network fails, or what comes out is not one plane a class.
        """
        outputs = self._outputs(tile)
        planes = outputs[0] if outputs.ndim == 4 and len(outputs) == 1 else outputs
        if planes.ndim != 3 or len(planes) != len(self.sidecar.classes):
            raise ModelError(
                f"the network returns an array of shape {tuple(outputs.shape)}",
                f"the sidecar names {len(self.sidecar.classes)} classes: (1, {len(self.sidecar.classes)}, "
                "rows, columns) is needed",
                "correct the classes, or export the network with one output plane a class",
            )
        if not np.isfinite(planes).all():
            raise ModelError(
                "the network returns numbers that are not finite",
                "every output must be a number",
                "check the normalisation in the sidecar, and the network",
            )
        return _activated(planes.astype(np.float32), self.sidecar)

    def _outputs(self, tile: Images) -> NDArray[Any]:
        from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, RuntimeException

        names = [put.name for put in self.session.get_inputs()]
        parts = np.split(tile, len(names))
        try:
            outputs: list[NDArray[Any]] = self.session.run(
                None, {name: part[None] for name, part in zip(names, parts, strict=True)}
            )
        except (Fail, InvalidArgument, RuntimeException) as error:
            raise ModelError(
                f"the network fails on a tile of {self.sidecar.tile} pixels ({_first_line(error)})",
                "it must take tiles of the size that the sidecar says",
                "correct tile and layout in the sidecar",
            ) from error
        return np.asarray(outputs[0])


def _session(path: Path) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # One thread a session: blocks run side by side already, and sums in one order give the same bytes.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # What is wrong is raised, and told once.
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    # onnxruntime's errors have no common root of their own.
    except Exception as error:
        raise ModelError(
            f"{path.name} cannot be loaded ({_first_line(error)})",
            f"an ONNX network that onnxruntime {onnxruntime.__version__} can run is needed",
            "export it again, with a lower opset if that is what is wrong",
        ) from error


def _check_inputs(session: "InferenceSession", sidecar: Sidecar, name: str) -> None:
    """Refuse a network whose inputs are not what the sidecar says; free sizes fit everything."""
    number = 2 if sidecar.layout == "two_inputs" else 1
    wanted = (1, len(sidecar.bands) * (3 - number), sidecar.tile, sidecar.tile)
    puts = session.get_inputs()
    fits = len(puts) == number and all(
        put.type == "tensor(float)"
        and len(put.shape) == 4
        and all(
            not isinstance(size, int) or size == want for size, want in zip(put.shape, wanted, strict=True)
        )
        for put in puts
    )
    if not fits:
        found = "; ".join(f"{put.name} {put.type} {put.shape}" for put in puts)
        raise ModelError(
            f"{name} takes {found or 'nothing'}",
            f"its sidecar ({sidecar.layout}, {len(sidecar.bands)} bands) says {number} x float {wanted}",
            "correct layout, bands or tile in the sidecar",
        )


def _activated(planes: Images, sidecar: Sidecar) -> Images:
    """Turn outputs into probabilities."""
    if sidecar.activation == "none":
        return np.clip(planes, 0, 1)
    scaled = planes / np.float32(sidecar.temperature)
    if sidecar.activation == "sigmoid":
        return np.asarray(1 / (1 + np.exp(-np.clip(scaled, -30, 30))), np.float32)
    power = np.exp(scaled - scaled.max(axis=0))
    return np.asarray(power / power.sum(axis=0), np.float32)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
