"""Tables open in a spreadsheet as what they are."""

import csv
import io
from pathlib import Path

import pytest
from tests.report.exports.conftest import FORMULA, SCRIPT

from sitewatch.io.results import Run
from sitewatch.report.exports import export

TABLES = ("changes", "sites", "scenes", "codebook")


@pytest.fixture(scope="module")
def folder(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(run, "csv", tmp_path_factory.mktemp("csv") / "r")[0]


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    data = (folder / f"{name}.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_row_a_change_and_one_a_site(folder: Path):
    assert [row["id"] for row in rows(folder, "changes")] == [
        "across-d", "../../holed-b", "holed-c", "holed-d", "holed-r",
    ]  # fmt: skip
    assert len(rows(folder, "sites")) == 4
    assert len(rows(folder, "scenes")) == 2


@pytest.mark.parametrize("name", TABLES)
def test_no_cell_is_run_as_a_formula(folder: Path, name: str):
    def number(cell: str) -> bool:
        try:
            float(cell)
        except ValueError:
            return False
        return True

    for row in rows(folder, name):
        assert not [
            cell
            for cell in row.values()
            if cell[:1] in set("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20") - {""} and not number(cell)
        ]


@pytest.mark.parametrize("name", TABLES)
def test_a_cell_is_no_longer_than_a_spreadsheet_holds(folder: Path, name: str):
    assert all(
        len(cell) < 32_767 and "\x00" not in cell for row in rows(folder, name) for cell in row.values()
    )


def test_texts_stand_as_they_are(folder: Path):
    sites = {row["site_id"]: row for row in rows(folder, "sites")}
    assert sites["across"]["name"] == SCRIPT
    assert sites["holed"]["name"] == f"'{FORMULA}"
    changes = {row["id"]: row for row in rows(folder, "changes")}
    assert changes["holed-d"]["review_notes"] == f"R. One: {FORMULA}"
    assert changes["holed-d"]["reasons"] == f"'{FORMULA}"


def test_decisions_reach_the_sites(folder: Path):
    sites = {row["site_id"]: row for row in rows(folder, "sites")}
    holed = sites["holed"]
    assert (holed["confirmed_changes"], holed["rejected_changes"], holed["unreviewed_changes"]) == (
        "1",
        "1",
        "2",
    )
    assert float(holed["confirmed_m2_burning"]) > 0 == float(holed["confirmed_m2_demolition"])
    assert (sites["huge"]["verdict"], sites["huge"]["reviewed_verdict"]) == ("no_visible_change",) * 2


def test_the_codebook_explains_every_column(folder: Path):
    known = {(row["table_name"], row["column_name"]) for row in rows(folder, "codebook") if row["meaning"]}
    for name in ("changes", "sites", "scenes"):
        assert {(name, column) for column in rows(folder, name)[0]} <= known


def test_credit_is_in_every_row(folder: Path):
    for row in (*rows(folder, "changes"), *rows(folder, "sites")):
        assert (row["before_credit"], row["after_credit"]) == (
            "Contains drawn data 2020 <b>&",
            "credit not stated",
        )
    assert [row["licence"] for row in rows(folder, "scenes")] == ["CC-BY-4.0", "licence not stated"]
