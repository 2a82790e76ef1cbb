"""What a label leaves possible, and what the exchange of dates makes of it."""

from dataclasses import replace

import numpy as np
from training.examiner.labels import (
    ANYTHING,
    BUILT,
    BURNED,
    NOTHING,
    OTHER,
    REGROWN,
    REMOVED,
    SWAPPED,
    bits,
    possible,
    to_cells,
)
from training.examiner.pairs import Labelled


def labelled(quiet: Labelled, name: str) -> Labelled:
    truth = quiet.truth.copy()
    for code, column in ((1, 10), (2, 60), (3, 110), (4, 160), (255, 210)):
        truth[100:120, column : column + 20] = code
    return replace(quiet, set=name, truth=truth)


def test_a_label_of_a_building_leaves_one_possibility(quiet: Labelled):
    sets = possible(labelled(quiet, "xbd"))
    assert sets[110, [15, 65, 115]].tolist() == [bits(BUILT), bits(BURNED), bits(REMOVED)]
    assert sets[110, 165] == bits(NOTHING, OTHER)
    assert sets[110, 215] == ANYTHING
    assert sets[0, 0] == bits(NOTHING)


def test_what_could_not_be_seen_may_be_anything(quiet: Labelled):
    blind = replace(quiet, usable=np.zeros_like(quiet.usable))
    assert (possible(blind) == ANYTHING).all()


def test_a_survey_of_any_change_says_no_more_than_that(quiet: Labelled):
    sets = possible(labelled(quiet, "dsifn"))
    assert set(sets[110, [15, 65, 115, 165]].tolist()) == {int(bits(REMOVED, BUILT, OTHER))}


def test_far_from_burned_houses_the_ground_may_have_burned_too(quiet: Labelled):
    pair = labelled(quiet, "wildfire")
    sets = possible(pair)
    assert sets[299, 299] == bits(NOTHING, BURNED, OTHER)
    assert sets[45, 60] == bits(NOTHING)
    unburned = possible(replace(pair, truth=np.zeros_like(pair.truth)))
    assert (unburned == bits(NOTHING)).all()


def test_exchanged_dates_exchange_built_and_removed_twice_is_once():
    every = np.arange(64, dtype=np.uint8)
    assert np.array_equal(SWAPPED[SWAPPED[every]], every)
    assert SWAPPED[bits(BUILT)] == bits(REMOVED)
    assert SWAPPED[bits(BURNED, NOTHING)] == bits(REGROWN, NOTHING)
    assert SWAPPED[bits(OTHER)] == bits(OTHER)
    assert SWAPPED[ANYTHING] == ANYTHING


def test_a_cell_on_a_boundary_may_be_either():
    sets = np.full((4, 6), bits(NOTHING), np.uint8)
    sets[:, 3:] = bits(BUILT)
    assert to_cells(sets, 2).tolist() == [[bits(NOTHING), bits(NOTHING, BUILT), bits(BUILT)]] * 2
