"""Names with typing errors: what is chosen to be compared leaves out nothing that is near."""

from __future__ import annotations

from pathlib import Path

import pytest

from forecast.name_match import near_names
from forecast.search import fold_name
from forecast.store import open_published
from forecast.terrain_hits import municipality_names


@pytest.mark.parametrize(
    ("asked", "most"),
    [  # slips of the rules for so many letters, and those with which a name is still listed
        ("kaden", 0 + 1),
        ("habrakan", 1 + 0),
        ("hesenport", 2 + 1),
        ("hesqenpxort", 2 + 1),
        ("eindhoven huk de", 3 + 1),
        ("eindhoven flihgt forun", 3 + 1),
    ],
)
def test_no_name_within_the_slips_is_left_out(real_database: Path, asked: str, most: int) -> None:
    with open_published(real_database) as connection:
        rows = connection.execute(
            "SELECT terrain_id, terrain_name, municipality_code FROM terrains"
        ).fetchall()
        towns = municipality_names(connection)
        register = [(key, fold_name(name), fold_name(towns[code])) for key, name, code in rows]
        # All of them, whatever their length and letters.
        forms = [
            (key, form.replace(" ", ""))
            for key, name, town in register
            for form in (name, name + town, town + name)
        ]
        found = connection.execute(
            "SELECT key FROM (SELECT unnest(?::VARCHAR[]) AS key, unnest(?::VARCHAR[]) AS form) "
            "WHERE damerau_levenshtein(form, ?) <= ?",
            [*map(list, zip(*forms, strict=True)), asked.replace(" ", ""), most],
        ).fetchall()
        hits = near_names(connection, register, asked).hits
    assert found
    assert {key for (key,) in found} <= {hit.terrain_id for hit in hits}
