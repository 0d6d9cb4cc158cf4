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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from forecast.search import holding
from forecast.terrain_hits import hits_of

if TYPE_CHECKING:
    import duckdb

    from forecast.search import Register
    from forecast.search_result import TerrainHit

_SLIPS_FROM_LETTERS: Final = ((14, 3), (9, 2), (6, 1))
"""Letters that were typed, and slips in them that may be taken for typing errors."""
_SLIPS_IN_WORD: Final = ((10, 2), (6, 1))
_LISTED_FROM: Final = ((9, 1), (6, 0), (4, 1))
"""Letters that were typed, and slips on top with which a name is still listed."""
_CLEAR: Final = {0: 1, 1: 1}
_CLEAR_AFTER_MORE: Final = 2
"""How much further the next terrain must be, by slips of the nearest."""

GENERIC_WORDS: Final = frozenset(
    {
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
    }
)
"""Words that people add to a name or leave out."""

# Much of a query is planning it: what is compared is chosen before, and asked in one.
_SQL: Final = """
SELECT name, asked, damerau_levenshtein(name, asked) FROM (
    SELECT unnest(string_split($names, ' ')) AS name, unnest(string_split($asked, ' ')) AS asked
) WHERE damerau_levenshtein(name, asked) <= $most
"""

_Slips = dict[tuple[str, str], int]
"""Between a name and what was asked, where they are near."""


@dataclass(frozen=True)
class NearNames:
    """Terrains whose names are near what was typed, nearest first.

    Attributes
    ----------
    is_clear
        Whether the first is near enough, and alone enough, to be taken.
    """

    hits: tuple[TerrainHit, ...]
    is_clear: bool


class _Near(NamedTuple):
    """How near a name is: its slips, and whether that is by the whole of it."""

    name: str
    slips: int
    is_whole: bool


def near_names(connection: duckdb.DuckDBPyConnection, register: Register, asked: str) -> NearNames:
    """Return the terrains whose names are near folded words; see `forecast.search.fold_name`."""
    words = list(dict.fromkeys(asked.split()))
    compact = "".join(asked.split())
    slips = _stage(_SLIPS_FROM_LETTERS, len(compact))
    more = _stage(_LISTED_FROM, len(compact), none=-1)
    if more < 0:
        return NearNames((), is_clear=False)
    near = _near(connection, register, words, compact, slips + more)
    hits = sorted(
        hits_of(connection, list(near)),
        key=lambda hit: (
            near[hit.terrain_id].slips,
            not near[hit.terrain_id].is_whole,
            -hit.gross_ha,
            hit.terrain_id,
        ),
    )
    found = [near[hit.terrain_id] for hit in hits]
    is_clear = bool(found) and _is_clear(found, slips) and _digits(found[0].name) == _digits(asked)
    return NearNames(tuple(hits), is_clear)


def _near(
    connection: duckdb.DuckDBPyConnection,
    register: Register,
    words: Sequence[str],
    compact: str,
    most: int,
) -> dict[str, _Near]:
    """Return the least slips of every near terrain, by the whole of its name and by its words."""
    forms = _forms(register, compact, most)
    allowed = {word: _stage(_SLIPS_IN_WORD, len(word)) for word in words}
    # Most lack one of the words that may hold no slip.
    held = holding(register, [word for word, slips in allowed.items() if not slips])
    inexact = {word: slips for word, slips in allowed.items() if slips}
    pairs = [*((form, compact) for form in forms), *_like_words(held, inexact)]
    slips = _slips(connection, pairs, most)
    wholes: dict[str, int] = {}
    for form, terrain_ids in forms.items():
        if (found := slips.get((form, compact))) is not None:
            for terrain_id in terrain_ids:
                wholes[terrain_id] = min(found, wholes.get(terrain_id, found))
    by_words = _by_words(held, inexact, slips)
    near = {}
    for terrain_id, name, _ in register:
        whole, word = wholes.get(terrain_id), by_words.get(terrain_id)
        least = min((each for each in (whole, word) if each is not None), default=most + 1)
        if least <= most:
            near[terrain_id] = _Near(name, least, whole == least)
    return near


def _forms(register: Register, compact: str, most: int) -> dict[str, list[str]]:
    """Return names without spaces, with the municipality in either order, and whose they are.

    Only those that can be so near: about as long, and with about the same letters, as each that
    lacks or is too many is a slip.
    """
    letters = set(compact)
    shortest, longest = len(compact) - most, len(compact) + most
    towns = {
        town: (town.replace(" ", ""), letters.difference(town))
        for town in {town for *_, town in register}
    }
    forms: dict[str, list[str]] = {}
    for terrain_id, name, town in register:
        place, lacking = towns[town]
        if len(lacking) > most and len(lacking.difference(name)) > most:
            continue
        bare = name.replace(" ", "")
        own = [bare]
        is_as_long = shortest <= len(bare) + len(place) <= longest
        if is_as_long and len(letters.union(bare, place)) - len(letters) <= most:
            own += [bare + place, place + bare]
        if not GENERIC_WORDS.isdisjoint(parts := name.split()):
            short = "".join(part for part in parts if part not in GENERIC_WORDS)
            own += [short, short + place]
        for form in own:
            if shortest <= len(form) <= longest:
                forms.setdefault(form, []).append(terrain_id)
    return forms


def _like_words(register: Register, allowed: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Yield words of names, and asked ones of which so many slips may make them."""
    asked_words = [(asked, set(asked), slips) for asked, slips in allowed.items()]
    texts = [name for _, name, _ in register] + list({town for *_, town in register})
    for word in {part for text in texts for part in text.split()}:
        for asked, letters, slips in asked_words:
            if abs(len(word) - len(asked)) <= slips and len(letters.difference(word)) <= slips:
                yield word, asked


def _slips(
    connection: duckdb.DuckDBPyConnection, pairs: Sequence[tuple[str, str]], most: int
) -> _Slips:
    names, asked = (" ".join(each) for each in zip(*pairs, strict=True)) if pairs else ("", "")
    found = connection.execute(_SQL, {"names": names, "asked": asked, "most": most}).fetchall()
    return {(name, asked): slips for name, asked, slips in found}


def _by_words(register: Register, allowed: Mapping[str, int], slips: _Slips) -> dict[str, int]:
    """Return the slips of terrains that have each asked word, or one that begins with it."""
    near: dict[str, dict[str, int]] = {asked: {} for asked in allowed}
    for (word, asked), found in slips.items():
        if found <= allowed.get(asked, -1):
            near[asked][word] = found
    texts = [(terrain_id, f" {name} {town} ", 0) for terrain_id, name, town in register]
    for asked, like in near.items():
        begin = f" {asked} " if asked.isdecimal() else f" {asked}"
        marked = [(f" {word} ", found) for word, found in like.items()]
        texts = [
            (terrain_id, text, total + least)
            for terrain_id, text, total in texts
            if (least := _least_slips(text, begin, marked)) is not None
        ]
    return {terrain_id: total for terrain_id, _, total in texts}


def _least_slips(text: str, begin: str, like: Sequence[tuple[str, int]]) -> int | None:
    if begin in text:
        return 0
    return min((found for word, found in like if word in text), default=None)


def _is_clear(found: Sequence[_Near], allowed: int) -> bool:
    """Return whether the first of found names may be taken.

    Names that only hold the words asked, beside others, don't stand in the way of a whole one.
    """
    nearest = found[0]
    if nearest.slips > allowed:
        return False
    rivals = [
        each.slips
        for each in found[1:]
        if each.is_whole or not nearest.is_whole or each.slips < nearest.slips
    ]
    clear = _CLEAR.get(nearest.slips, _CLEAR_AFTER_MORE)
    return not rivals or rivals[0] - nearest.slips >= clear


def _digits(name: str) -> list[str]:
    return re.findall(r"\d+", name)


def _stage(stages: tuple[tuple[int, int], ...], letters: int, none: int = 0) -> int:
    return next((value for least, value in stages if letters >= least), none)
