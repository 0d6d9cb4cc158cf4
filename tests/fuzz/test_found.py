"""Inputs that once showed a traceback, each kept as it was found, cut to what matters."""

from __future__ import annotations

from pathlib import Path

import pytest

from forecast.errors import DataSourceError
from forecast.sources.contract import Known
from tests.fuzz.small_files import JSON_FILES, TEXT_FILES


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            b"\xff\xfe" + "a;b\n1;2".encode("utf-16-le")[:-1], id="UTF-16 cut in a letter"
        ),
        pytest.param(b"\xef\xbb\xbfa;b\n1;\xff", id="UTF-8 by its mark only"),
    ],
)
def test_text_that_its_own_mark_does_not_fit(content: bytes, known: Known, tmp_path: Path) -> None:
    small = JSON_FILES["vehicles"]
    path = tmp_path / small.name
    path.write_bytes(content)
    with pytest.raises(DataSourceError, match=r"breaks off within a letter|as its first bytes say"):
        small.read(path, known)


def test_a_column_of_a_clock_that_no_day_has(known: Known, tmp_path: Path) -> None:
    small = TEXT_FILES["meter days"]
    path = tmp_path / small.name
    path.write_bytes(small.content.replace(b"11:45", b"41:45", 1))
    with pytest.raises(DataSourceError, match="'41:45', which is no clock time"):
        small.read(path, known)


def test_a_day_at_the_end_of_time(known: Known, tmp_path: Path) -> None:
    small = TEXT_FILES["meter rows"]
    path = tmp_path / small.name
    path.write_bytes(small.content.replace(b"27-03-2025", b"9999-12-31", 1))
    with pytest.raises(DataSourceError, match="9999-12-31"):
        small.read(path, known)
