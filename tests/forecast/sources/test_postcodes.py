"""The municipality of a postcode: rows per postcode or address, mergers, and slips."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from forecast.errors import DataSourceError
from forecast.sources import registry
from forecast.sources.contract import Known, Reading, Request
from forecast.sources.readers import sieve
from forecast.sources.registry import SOURCES, read_source
from tests.forecast.sources.made import postcodes

Read = Callable[[Path], Reading]


@pytest.fixture
def read(known: Known) -> Read:
    def read_file(path: Path) -> Reading:
        return read_source(SOURCES["postcodes"], Request(path, known))

    return read_file


def filed(reading: Reading) -> dict[str, str]:
    frame = reading.tables["postcode_municipalities"]
    return dict(frame.select("postcode4", "municipality_code").rows())


def test_the_real_table_of_2020_is_filed_under_the_municipalities_of_today(
    read: Read, sample: Callable[[str], Path], known: Known
) -> None:
    reading = read(sample("pc4_gemeente_2020.csv"))
    found = filed(reading)
    assert len(found) == 4068
    assert not reading.quarantined
    # All 342, five of which did not exist in 2020.
    assert set(found.values()) == set(known.tables["municipalities"]["municipality_code"])
    # Weesp went to Amsterdam, Boxmeer to Land van Cuijk, and Haaren was split over four.
    assert (found["1381"], found["5831"]) == ("GM0363", "GM1982")
    haaren = {"5074": "GM0855", "5076": "GM0824", "5268": "GM0865", "5296": "GM0757"}
    assert {code: found[code] for code in haaren} == haaren
    # 41 + 78 rows of 18 municipalities that ended, of which one went to four.
    assert len(reading.notes) == 17 + 4
    assert reading.facts.reference_date == date(2020, 1, 1)


def test_most_addresses_decide_where_a_postcode_lies_in_several(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "pc6hnr20250801_gwb.csv"
    rows = ["1011AB;1;x;y;363", "1011AB;3;x;y;363", "1011AC;1;x;y;0384", "1012 AA;5;x;y;GM0363"]
    path.write_text("\n".join(["PC6;Huisnummer;Buurt2025;Wijk2025;Gemeente2025", *rows]), "utf-8")
    reading = read(path)
    frame = reading.tables["postcode_municipalities"]
    assert frame.rows() == [
        ("1011", "GM0363", pytest.approx(2 / 3)),
        ("1012", "GM0363", 1.0),
    ]
    [note] = reading.notes
    assert note.row_key == "1011"
    assert note.text == (
        "it lies in GM0363, GM0384, and is filed under GM0363, which 67% of its rows name"
    )
    assert reading.facts.reference_date == date(2025, 8, 1)
    assert reading.used == reading.facts.rows == 4


def test_a_zip_of_cbs_holds_names_beside_the_table(read: Read, tmp_path: Path) -> None:
    packed = tmp_path / "2025-cbs-pc6huisnr.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("pc6hnr20250801_gwb.csv", "PC6;Huisnummer;Gemeente2025\n1011AB;1;363\n")
        archive.writestr("gem2025.csv", "Gemcode2025;Gemeentenaam2025\n363;Amsterdam\n")
    reading = read(packed)
    assert filed(reading) == {"1011": "GM0363"}
    assert reading.facts.reference_date == date(2025, 8, 1)


def test_numbers_with_a_point_and_a_column_of_names_are_understood(
    read: Read, tmp_path: Path
) -> None:
    path = tmp_path / "frame_2025.csv"
    path.write_text("pc4,gemeente,gemeente2025\n1011.0,Amsterdam,363.0\n", "utf-8")
    assert filed(read(path)) == {"1011": "GM0363"}


def test_a_file_of_which_no_row_can_be_read_says_what_is_wrong(read: Read, tmp_path: Path) -> None:
    with pytest.raises(DataSourceError, match=r"can be read: its municipality 'Zwolle' is not GM"):
        read(postcodes(tmp_path, "8028,Zwolle"))


def test_slips_are_set_apart_with_what_is_wrong(read: Read, tmp_path: Path) -> None:
    good = [f"{code},GM0363" for code in range(1000, 1400)]
    bad = ["0123,GM0363", "1500,Amsterdam", "1501,GM9999", "5077,GM0788"]
    reading = read(postcodes(tmp_path, *good, *bad))
    assert len(filed(reading)) == 400
    assert [row.reason for row in reading.quarantined] == [
        "'0123' is not a postcode such as 1234 or 1234AB",
        "its municipality 'Amsterdam' is not GM and four digits",
        "municipality GM9999 does not exist, and what took its place is not known",
        # No village of Haaren.
        "municipality GM0788 does not exist, and what took its place is not known",
    ]
    assert [row.row_number for row in reading.quarantined] == [402, 403, 404, 405]


def test_bad_rows_without_end_do_not_fill_the_memory(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (sieve, registry):
        monkeypatch.setattr(module, "MOST_SET_APART", 20)
    with pytest.raises(DataSourceError) as caught:
        read(postcodes(tmp_path, *("0000,GM0363" for _ in range(22))))
    # The header is line 1, and the twenty-first bad row one too many.
    assert caught.value.reason == (
        "more than 20 rows can't be used, so that nothing is; the last: row 22: "
        "'0000' is not a postcode such as 1234 or 1234AB"
    )


def test_a_table_without_municipalities_is_refused(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("postcode4,x,y\n1011,1,2\n", "utf-8")
    with pytest.raises(DataSourceError, match="the file has postcode4, x, y; one of these is ex"):
        read(path)
