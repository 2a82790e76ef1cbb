"""The table of how often intervals of the changed area hold the true one."""

from benchmarks.areas import Measured, table


def site(near_m2: float, all_m2: float, name: str = "drawn") -> Measured:
    return Measured(name, claimed_m2=100.0, low_m2=80.0, high_m2=130.0, near_m2=near_m2, all_m2=all_m2)


def test_sites_are_counted_whose_interval_holds_the_truth():
    held = [site(100, 100), site(80, 200), site(131, 131), site(79, 79, "other")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table(held).splitlines()[2:]]
    assert rows == [
        ["all", "4", "0.50", "0.25", "0.50"],
        ["drawn", "3", "0.67", "0.33", "0.50"],
        ["other", "1", "0.00", "0.00", "0.50"],
    ]
