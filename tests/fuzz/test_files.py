"""A damaged file of any kind is read or refused with a sentence, never with a traceback."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.sources.contract import Known
from tests.fuzz.damage import damaged, damaged_archive, damaged_json
from tests.fuzz.effort import allowed, inputs
from tests.fuzz.small_files import ARCHIVES, JSON_FILES, TEXT_FILES, SmallFile

NUMBERS = st.integers(0, 2**64)
# Of the tables that readers look up in, which a failure would tell whole.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")


def give(small: SmallFile, content: bytes, known: Known, kind: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / small.name
        path.write_bytes(content)
        with allowed(kind):
            small.read(path, known)


def all_of(*files: Mapping[str, SmallFile]) -> list[Any]:
    return [
        pytest.param(small, id=f"{name} {Path(small.name).suffix}")
        for some in files
        for name, small in some.items()
    ]


@pytest.mark.parametrize("small", all_of(TEXT_FILES, JSON_FILES, ARCHIVES))
def test_the_good_file_is_taken(small: SmallFile, known: Known, tmp_path: Path) -> None:
    if small.name.startswith("form"):
        return  # an empty form holds no company
    path = tmp_path / small.name
    path.write_bytes(small.content)
    assert small.read(path, known)


@pytest.mark.parametrize("small", all_of(TEXT_FILES))
@inputs(40)
@given(number=NUMBERS)
def test_damaged_text(small: SmallFile, known: Known, number: int) -> None:
    give(small, damaged(small.content, number), known, "text")


@pytest.mark.parametrize("small", all_of(JSON_FILES))
@inputs(40)
@given(number=NUMBERS)
def test_json_that_is_no_longer_what_it_was(small: SmallFile, known: Known, number: int) -> None:
    body = damaged_json(json.loads(small.content), number)
    content = json.dumps(body, ensure_ascii=number % 2 == 0).encode(errors="replace")
    give(small, content, known, "JSON")


@pytest.mark.parametrize("small", all_of(JSON_FILES, ARCHIVES))
@inputs(15)
@given(number=NUMBERS)
def test_damaged_bytes(small: SmallFile, known: Known, number: int) -> None:
    give(small, damaged(small.content, number), known, "bytes")


@pytest.mark.parametrize("small", all_of(ARCHIVES))
@inputs(25)
@given(number=NUMBERS)
def test_damaged_archives(small: SmallFile, known: Known, number: int) -> None:
    give(small, damaged_archive(small.content, number), known, "archive")
