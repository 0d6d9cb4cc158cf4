"""What archives, encodings and numbers from outside can do, and what is made of it."""

from __future__ import annotations

import io
import json
import math
import stat
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.errors import DataSourceError
from forecast.sources.readers.column_maps import layout_for, layouts_of
from forecast.sources.readers.sieve import RowError, number_of
from forecast.sources.untrusted import tree
from forecast.sources.untrusted.archive import kind_of, opened
from forecast.sources.untrusted.table import decimal_sign, open_table, to_number
from forecast.sources.untrusted.text import encoding_of, mend_name, read_text
from forecast.sources.untrusted.tree import read_json, read_xml, stream_json_list


def refusal(path: Path) -> str:
    with pytest.raises(DataSourceError) as caught, opened(path):
        pytest.fail("it was opened")
    return caught.value.reason


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "name",
    ["../../evil.json", "/etc/evil.json", "a/../../evil.json", "..\\evil.json", "C:\\evil.json"],
)
def test_an_archive_writes_nothing_outside_its_folder(name: str, tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {name: b"{}"})
    assert "leads out of it" in refusal(path)
    assert {found.name for found in tmp_path.iterdir()} == {"x.zip"}


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.zip", {"a.json": b"0" * 40_000_000})
    assert path.stat().st_size < 100_000
    assert "not unpacked" in refusal(path)


def test_an_archive_that_lies_about_its_size_is_not_believed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "lie.zip", {"a.json": b"0" * 40_000_000})
    content = bytearray(path.read_bytes())
    # The size when unpacked, four bytes each in the local and the central header.
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(mark) + offset
        content[at : at + 4] = (1000).to_bytes(4, "little")
    path.write_bytes(content)
    assert refusal(path)


def test_links_passwords_archives_workbooks_and_crowds_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "a link" in refusal(tmp_path / "link.zip")

    locked = bytearray(zipped(tmp_path / "locked.zip", {"a.json": b"{}"}).read_bytes())
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    locked[locked.index(b"PK\x03\x04") + 6] |= 1
    (tmp_path / "locked.zip").write_bytes(locked)
    assert "password" in refusal(tmp_path / "locked.zip")

    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.json", "{}")
    assert "an archive" in refusal(zipped(tmp_path / "in.zip", {"b.zip": inner.getvalue()}))
    assert "Excel" in refusal(zipped(tmp_path / "x.xlsx", {"[Content_Types].xml": b"<a/>"}))
    crowd = {f"{number}.json": b"{}" for number in range(1200)}
    assert "1200 files" in refusal(zipped(tmp_path / "crowd.zip", crowd))
    same = {"a/x.json": b"{}", "b/x.json": b"{}"}
    assert "two files named 'x.json'" in refusal(zipped(tmp_path / "same.zip", same))
    assert "empty" in refusal(zipped(tmp_path / "none.zip", {}))
    assert "PDF" in refusal(write(tmp_path / "a.json", b"%PDF-1.7"))


def test_unpacked_files_are_gone_afterwards(tmp_path: Path) -> None:
    with opened(zipped(tmp_path / "x.zip", {"a.json": b"{}"})) as source:
        path = source.only("json")
        assert path.read_text() == "{}"
    assert not path.exists()


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp1252", "cp1252")],
)
def test_encodings_are_recognised(encoding: str, found: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "naam;plaats\nDe Wâl;Súdwest-Fryslân\n".encode(encoding))
    assert encoding_of(path, path) == found
    table = open_table(path, path)
    assert [line.cells for line in table.lines()] == [
        {"naam": "De Wâl", "plaats": "Súdwest-Fryslân"}
    ]
    path = write(tmp_path / "a.json", json.dumps(["Súd"], ensure_ascii=False).encode(encoding))
    assert kind_of(path) == "json"
    assert read_json(path, path)[0] == ["Súd"]


def test_a_file_cut_within_a_letter_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "naam;plaats\nDe Wâ".encode()[:-1])
    with pytest.raises(DataSourceError, match="breaks off within a letter"):
        read_text(path, path)


def test_names_read_in_the_wrong_encoding_are_mended() -> None:
    for name in ("Súdwest-Fryslân", "'t Café", "Café-Tërpstra", "IJsselmuiden"):
        assert mend_name(name.encode().decode("cp1252")) == name
        assert mend_name(name) == name


def test_json_without_numbers_and_xml_with_entities(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", b'{"a": NaN, "b": -Infinity, "c": 1}')
    assert read_json(path, path)[0] == {"a": None, "b": None, "c": 1}
    secret = write(tmp_path / "secret.txt", b"secret")
    attacks = (
        f'<!DOCTYPE x [<!ENTITY a SYSTEM "file://{secret}">]><x>&a;</x>',
        f'<!DOCTYPE x SYSTEM "file://{secret}"><x/>',
        '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
    )
    for number, text in enumerate(attacks):
        path = write(tmp_path / f"{number}.xml", text.encode())
        with pytest.raises(DataSourceError, match="document type or entities"):
            read_xml(path, path)
    path = write(tmp_path / "cut.xml", b"<a><b>")
    with pytest.raises(DataSourceError, match="breaks off"):
        read_xml(path, path)


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("1.234,5", ",", 1234.5),
        ("1,234.5", ".", 1234.5),
        ("236100", ".", 236_100),
        ("12,5", ",", 12.5),
        ("-3.5", ".", -3.5),
        ("1.234.567", ",", 1_234_567),
        ("1e3", ".", 1000),
    ],
)
def test_numbers_as_people_write_them(text: str, decimal: str, number: float) -> None:
    assert to_number(text, decimal) == number


@pytest.mark.parametrize("text", ["", "nan", "inf", "1_000", "1.2.3", "12,34,5", "٣", "1e999", "x"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        to_number(text)


@pytest.mark.parametrize(
    ("text", "sign", "number"),
    [("0,125", ",", 0.125), ("1234,125", ",", 1234.125), ("1.234,125", ",", 1234.125),
     ("1,200", ".", 1200.0), ("0.125", ".", 0.125)],
)  # fmt: skip
def test_three_decimals_are_no_thousands(text: str, sign: str, number: float) -> None:
    assert decimal_sign([text]) == sign
    assert to_number(text, sign) == number


@given(st.floats(min_value=0, max_value=1e8))
def test_a_number_survives_the_dutch_form(number: float) -> None:
    text = f"{number:,.3f}".translate(str.maketrans(",.", ".,"))
    assert math.isclose(to_number(text, ","), round(number, 3), abs_tol=1e-6)
    assert decimal_sign([f"{number:.2f}".replace(".", ",")]) == ","


def test_a_number_beyond_measure_is_refused() -> None:
    with pytest.raises(RowError, match="is not from 0 to 100"):
        number_of(1e9, "area", 100)
    with pytest.raises(RowError, match="is not from 0"):
        number_of(float("nan"), "area", 100)
    assert number_of(None, "area", 100) is number_of("-", "area", 100) is None


def test_rows_of_another_width_and_open_quotes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", b'a,b\n1,2\n"x\ny",3\n1\n1,2,3\n\n4,5\n')
    lines = list(open_table(path, path).lines())
    assert [(line.number, line.problem) for line in lines] == [
        (2, ""),
        (3, ""),
        (5, "it has 1 cells where the header has 2"),
        (6, "it has 3 cells where the header has 2"),
        (8, ""),
    ]
    assert lines[3].cells == {"a": "1", "b": "2", "column 3": "3"}
    path = write(tmp_path / "open.csv", b'a,b\n1,"2\n3,4\n')
    with pytest.raises(DataSourceError, match="cut off"):
        list(open_table(path, path).lines())
    for content, text in ((b"a,A\n1,2\n", "more than once"), (b"just a line\n", "a header")):
        path = write(tmp_path / "b.csv", content)
        with pytest.raises(DataSourceError, match=text):
            open_table(path, path)


@given(
    st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        )
    ),
    st.integers(min_value=1, max_value=40),
)
def test_a_list_in_pieces_reads_as_a_whole(rows: list[Any], piece: int) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(tree, "_PIECE", piece)
        path = write(Path(folder) / "a.json", json.dumps(rows, indent=piece % 3).encode())
        assert list(stream_json_list(path, path)) == rows


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[{"a": 1}, {"b": "x', "breaks off after 1 entries"),
        ("[1, 2", "breaks off after 1 entries"),
        ("[1, 2, x]", "in entry 3, 'x]'"),
        ("[" * 100_000, "nested too deep"),
        ("[", "breaks off after 0 entries"),
    ],
)
def test_a_list_that_breaks_off(text: str, reason: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", text.encode())
    with pytest.raises(DataSourceError) as caught:
        list(stream_json_list(path, path))
    assert reason in caught.value.reason


def test_every_layout_fits_its_own_spellings() -> None:
    for source in ("ibis", "municipalities", "provinces"):
        for layout in layouts_of(source):
            names = [spellings[0].upper() for spellings in layout.columns.values()]
            assert set(layout.required) <= layout.columns.keys()
            found, columns = layout_for(source, names, Path("x"))
            assert set(columns.values()) <= set(names)
            assert found.fits(names)
    with pytest.raises(DataSourceError, match=r"the file has a, b; .*RIN_NUMMER"):
        layout_for("ibis", ["a", "b"], Path("x"))
