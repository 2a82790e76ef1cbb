"""Blocks: what is cut from one where little is wanted gives the same as the whole."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from sitewatch.blocks import cut, tightened

SHAPE, SIZE, REACH = (620, 700), 400, 9

spots = st.lists(st.tuples(st.integers(0, SHAPE[0] - 1), st.integers(0, SHAPE[1] - 1)), max_size=12)


def marked(places: list[tuple[int, int]]) -> NDArray[np.bool_]:
    wanted = np.zeros(SHAPE, bool)
    for row, col in places:
        wanted[row : row + 20, col : col + 5] = True
    return wanted


@given(spots)
@settings(max_examples=40, deadline=None)
def test_parts_of_a_block_show_all_that_is_wanted_as_the_whole_does(places: list[tuple[int, int]]):
    image = np.random.default_rng(len(places)).random(SHAPE)
    whole, wanted = maximum_filter(image, 2 * REACH + 1, mode="nearest"), marked(places)
    times = np.zeros(SHAPE, int)
    for block in cut(SHAPE, SIZE, 2 * REACH):
        for part in tightened(block, wanted[block.inner], REACH):
            times[part.inner] += 1
            near = maximum_filter(image[part.outer], 2 * REACH + 1, mode="nearest")[part.crop]
            np.testing.assert_array_equal(near, whole[part.inner])
    assert times.max() <= 1
    assert (times[wanted] == 1).all()


def test_little_is_read_for_few_things_far_apart_and_no_more_than_the_block_for_many():
    block = cut(SHAPE, max(SHAPE), REACH)[0]
    few = tightened(block, marked([(0, 0), (600, 690)]), REACH)
    assert sum((part.outer[0].stop - part.outer[0].start) for part in few) < 100
    assert tightened(block, np.ones(SHAPE, bool), REACH) == [block]
    assert tightened(block, np.zeros(SHAPE, bool), REACH) == []
