"""A stated problem crosses from one process to another with its sentence and its fields."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from forecast.entry_errors import FieldError, RowsError
from forecast.errors import (
    DataSourceError,
    LaadvraagError,
    OutputError,
    SchemaError,
    UnknownNameError,
)
from forecast.search_result import TerrainHit, TerrainSearchError
from forecast.spoken import FieldName, codes, say


@pytest.mark.parametrize(
    "error",
    [
        OutputError(Path("sheet.pdf"), "system", problem="No space left on device"),
        DataSourceError(Path("theme.toml"), "is not there"),
        SchemaError("power", ["a", "b"]),
        UnknownNameError("scenario", "x", codes("common.scenario", ["low"])),
        FieldError("out_of_range", name=FieldName("trucks"), value=-1.0, low=0.0, high=20_000.0),
        RowsError(Path("a.csv"), [say("refusals.row", number=3)]),
        TerrainSearchError("x", "several", [TerrainHit("1", "A", "B", 1.0, "kern")]),
        LaadvraagError("a sentence"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_comes_over_whole(error: LaadvraagError) -> None:
    other = pickle.loads(pickle.dumps(error))  # noqa: S301 - made here
    assert type(other) is type(error)
    assert str(other) == str(error)
    assert vars(other) == vars(error)
