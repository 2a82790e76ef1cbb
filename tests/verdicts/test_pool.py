"""Pools are written, read and put to the test."""

from pathlib import Path

import numpy as np
import pytest

from sitewatch.errors import ModelError
from sitewatch.io.digests import digest
from sitewatch.models import examiner
from sitewatch.verdicts import COLUMNS, make_pool, pool_of
from sitewatch.verdicts.pool import AREA, LEVEL, SCORE


def rows(seed: int, number: int = 200) -> np.ndarray:
    draw = np.random.default_rng(seed)
    found = draw.normal(size=(number, len(COLUMNS)))
    found[:, AREA] = draw.uniform(6, 9, number)
    return found


def test_a_pool_comes_back_as_it_was(tmp_path: Path):
    pool = make_pool("mine", [(f"g{i}", rows(i)) for i in range(12)], {"from": "here"})
    file = tmp_path / "pool.npz"
    pool.save(file)
    again = pool_of("mine", file)
    assert again is not None
    assert (again.model, again.grounds, dict(again.facts)) == ("mine", pool.grounds, {"from": "here"})
    assert np.allclose(again.rows.values, pool.rows.values, rtol=2e-3, atol=1e-3)
    first = file.read_bytes()
    pool.save(file)
    assert file.read_bytes() == first


def test_a_pool_of_another_model_or_of_few_grounds_is_not_used(tmp_path: Path):
    make_pool("mine", [(f"g{i}", rows(i)) for i in range(12)], {}).save(tmp_path / "a.npz")
    make_pool("mine", [("g", rows(0))], {}).save(tmp_path / "b.npz")
    assert pool_of("other", tmp_path / "a.npz") is None
    assert pool_of("mine", tmp_path / "b.npz") is None
    assert pool_of("no such model") is None


@pytest.mark.parametrize("content", [b"", b"not a pool", b"PK\x03\x04"])
def test_what_is_no_pool_is_refused(tmp_path: Path, content: bytes):
    file = tmp_path / "pool.npz"
    file.write_bytes(content)
    with pytest.raises(ModelError, match="no pool of placements"):
        pool_of("mine", file)


def test_placements_of_a_pool_are_uniform_among_the_others():
    pool = make_pool("mine", [(f"g{i}", rows(i)) for i in range(12)], {})
    told = [
        pool.stand(pool.rows.values[at], without=int(pool.rows.ground[at])).p_value
        for at in range(0, len(pool.rows), 7)
    ]
    for level in (0.05, 0.2, 0.5):
        assert np.mean(np.array(told) <= level) == pytest.approx(level, abs=0.06)


def test_more_score_never_raises_the_p_value():
    pool = make_pool("mine", [(f"g{i}", rows(i)) for i in range(12)], {})
    site = rows(99)[0]
    told = []
    for score in np.linspace(-3, 3, 9):
        site[SCORE] = score
        told.append(pool.stand(site).p_value)
    assert (np.diff(told) <= 1e-9).all()


def test_a_scenes_level_is_compared_at_footprints_of_its_size():
    """Larger footprints hold more on any ground, so that a large site must not look restless by its size."""
    found = []
    for ground in range(19):
        both = rows(ground, 2)
        both[:, AREA], both[:, LEVEL] = (6, 10), (ground / 10, 5 + ground / 10)
        found.append((f"g{ground}", both))
    pool = make_pool("mine", found, {})
    assert pool.level_rank(0.95, 6.5) == pool.level_rank(5.95, 9.0) == pytest.approx(10 / 20)
    assert pool.level_rank(3.0, 6.0) == pytest.approx(1 / 20)
    assert pool.level_rank(3.0, 10.0) == 1


def test_the_pool_that_ships_was_made_with_the_networks_that_ship():
    """Scores of other networks have another null: whoever fits networks again makes the pool again."""
    pool = pool_of("fine")
    assert pool is not None
    assert len(pool.grounds) >= 40
    folder = Path(examiner.__file__).parent
    assert pool.facts["networks"] == {file.name: digest(file) for file in sorted(folder.glob("*.onnx"))}
