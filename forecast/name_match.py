"""Names with typing errors: how far the words of a user are from the names of the register.

The distance is the number of letters dropped, added, replaced or swapped with their neighbour
(Damerau-Levenshtein, which DuckDB computes). It is taken over name and municipality in either
order without spaces and hyphens, or word by word, whichever is smaller.

How near is near enough hangs on how much was typed: one slip from six letters, two from nine, three
from fourteen. As many slips in fewer letters would turn names into other names. The nearest terrain
is taken if no other is as near; after two slips or more the next one must lie two further. A number
in a name is never a slip. What is less sure is listed; random letters find nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import duckdb

_SLIPS_FROM_LETTERS: Final = ((14, 3), (9, 2), (6, 1))
"""Letters that were typed, and slips in them that may be taken for typing errors."""
_SLIPS_IN_WORD: Final = ((10, 2), (6, 1))
_LISTED_FROM: Final = ((9, 1), (6, 0), (4, 1))
"""Letters that were typed, and slips on top with which a name is still listed."""
_CLEAR: Final = {0: 1, 1: 1}
_CLEAR_AFTER_MORE: Final = 2
"""How much further the next terrain must be, by slips of the nearest."""

GENERIC_WORDS: Final = (
    "bedrijventerrein",
    "bedrijventerreinen",
    "bedrijvenpark",
    "bedrijvenpk",
    "bedrijfspark",
    "industrieterrein",
    "industriepark",
    "industrie",
    "business",
    "businesspark",
    "park",
    "terrein",
    "gemeente",
    "te",
    "in",
)
"""Words that people add to a name or leave out."""

_FOLDED: Final = "trim(regexp_replace(strip_accents(lower({})), '[^a-z0-9]+', ' ', 'g'))"
_GENERIC: Final = rf"\b({'|'.join(GENERIC_WORDS)})\b"
# Of every terrain the least slips, by the whole and by its words. A word counts when each of those
# asked is near one of name and municipality; the beginning of a word will do.
_SQL: Final = f"""
WITH named AS (
    SELECT terrain_id, gross_ha, {_FOLDED.format("terrain_name")} AS name,
        {_FOLDED.format("municipality_name")} AS town
    FROM terrains JOIN municipalities USING (municipality_code)
), bare AS (
    SELECT *, regexp_replace(name, '{_GENERIC}', '', 'g') AS short FROM named
), forms AS (
    SELECT terrain_id,
        replace(unnest([name, name || town, town || name, short, short || town]), ' ', '') AS form
    FROM bare
), whole AS (
    SELECT terrain_id, min(damerau_levenshtein(form, $compact)) AS slips
    FROM forms WHERE abs(length(form) - length($compact)) <= $most GROUP BY terrain_id
), words AS (
    SELECT terrain_id, unnest(string_split(name || ' ' || town, ' ')) AS word FROM named
), asked AS (
    SELECT unnest($words::VARCHAR[]) AS asked, unnest($slips::INTEGER[]) AS allowed
), near AS (
    SELECT word, asked, allowed, if(is_begun, 0, damerau_levenshtein(word, asked)) AS slips
    FROM (
        SELECT *, starts_with(word, asked) AND try_cast(asked AS BIGINT) IS NULL AS is_begun
        FROM (SELECT DISTINCT word FROM words), asked
    ) WHERE is_begun OR abs(length(word) - length(asked)) <= allowed
), per_word AS (
    SELECT terrain_id, asked, min(slips) AS slips FROM words JOIN near USING (word)
    WHERE slips <= allowed GROUP BY ALL
), by_word AS (
    SELECT terrain_id, sum(slips) AS slips FROM per_word GROUP BY terrain_id
    HAVING count(*) = len($words)
)
SELECT terrain_id, name, least(w.slips, b.slips)::INTEGER AS slips,
    coalesce(w.slips <= b.slips, b.slips IS NULL) AS is_whole
FROM whole w FULL JOIN by_word b USING (terrain_id) JOIN bare USING (terrain_id)
WHERE least(w.slips, b.slips) <= $most ORDER BY slips, NOT is_whole, gross_ha DESC, terrain_id
"""  # noqa: S608 - made of constants


@dataclass(frozen=True)
class NearNames:
    """Terrains whose names are near what was typed, nearest first.

    Attributes
    ----------
    is_clear
        Whether the first is near enough, and alone enough, to be taken.
    """

    terrain_ids: tuple[str, ...]
    is_clear: bool


def near_names(connection: duckdb.DuckDBPyConnection, asked: str) -> NearNames:
    """Return the terrains whose names are near folded words; see `forecast.search.fold_name`."""
    words = list(dict.fromkeys(asked.split()))
    compact = "".join(asked.split())
    slips = _stage(_SLIPS_FROM_LETTERS, len(compact))
    more = _stage(_LISTED_FROM, len(compact), none=-1)
    if more < 0:
        return NearNames((), is_clear=False)
    found = connection.execute(
        _SQL,
        {
            "compact": compact,
            "most": slips + more,
            "words": words,
            "slips": [_stage(_SLIPS_IN_WORD, len(word)) for word in words],
        },
    ).fetchall()
    is_clear = bool(found) and _is_clear(found, slips) and _digits(found[0][1]) == _digits(asked)
    return NearNames(tuple(row[0] for row in found), is_clear)


def _is_clear(found: list[tuple[str, str, int, bool]], allowed: int) -> bool:
    """Return whether the first of found names may be taken.

    Names that only hold the words asked, beside others, don't stand in the way of a whole one.
    """
    *_, nearest, is_whole = found[0]
    if nearest > allowed:
        return False
    rivals = [row[2] for row in found[1:] if row[3] or not is_whole or row[2] < nearest]
    return not rivals or rivals[0] - nearest >= _CLEAR.get(nearest, _CLEAR_AFTER_MORE)


def _digits(name: str) -> list[str]:
    return re.findall(r"\d+", name)


def _stage(stages: tuple[tuple[int, int], ...], letters: int, none: int = 0) -> int:
    return next((value for least, value in stages if letters >= least), none)
