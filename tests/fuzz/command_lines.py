"""Command lines of every command, made from what click knows of its parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click
from hypothesis import strategies as st

from cli import main
from forecast.fields import FIELDS
from tests.fuzz.damage import ODD
from tests.hostile import HOSTILE

Words = tuple[str, ...]

# No argument of a process holds a zero byte; bytes that are no UTF-8 come as lone surrogates.
_LETTERS: Final = st.characters(exclude_characters="\0", exclude_categories=()) | st.sampled_from(
    "\udcff\udc80=,;-[]%*?'\"\\/\n\t "
)
_JUNK: Final = st.sampled_from([text for text in ODD if "\0" not in text]) | st.text(
    _LETTERS, max_size=12
)
_NAMES: Final = st.sampled_from(
    (
        "De Hurk", "190044", "de hurk eindhoven", "Zwolle", "GM0193", "Utrecht", "Oost", "5651",
        "6221 AX", "51.43, 5.44", "158000 381000", "999, 999", "1e400, 5", "Amstelveen",
        *HOSTILE.values(),
    )
)  # fmt: skip
_NUMBERS: Final = st.sampled_from(("0", "1", "2030", "2035", "630", "0.5", "2050", "100000"))
_DAYS: Final = st.sampled_from(("2026-01-02", "2025-12-31", "0001-01-01", "9999-12-31"))
_LISTS: Final = st.sampled_from(
    ("2025,2030", ",", "2030", "html", "pdf", "html,pdf", "fleet", "fleet,energy", "list", "power")
)
_SETTINGS: Final = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(sorted(FIELDS)) | _JUNK,
    st.sampled_from(("", "", "_2030", "_2051")),
    st.sampled_from(("=", "=", "=", "")),
    _NUMBERS | st.sampled_from(("80", "smart", "12,5", "1.250")) | _JUNK,
)
_TEXTS: Final = _NAMES | _NUMBERS | _DAYS | _LISTS | _SETTINGS | _JUNK


def leaves(group: click.Group = main, path: Words = ()) -> Iterator[tuple[Words, click.Command]]:
    """Yield every command with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))
        else:
            yield (*path, name), command


def lines_of(command: click.Command, files: st.SearchStrategy[str]) -> st.SearchStrategy[Words]:
    """Return words after the name of a command; most of them make sense one by one."""
    parts = [_words_of(parameter, files) for parameter in command.params if _is_asked(parameter)]
    junk = st.lists(_JUNK, max_size=1).map(tuple)
    whole = st.tuples(*parts, *([junk] if _takes_more(command) else []))
    return whole.map(lambda words: tuple(word for some in words for word in some))


def _takes_more(command: click.Command) -> bool:
    """Return whether a word too many can be tried: rarely told apart from others otherwise."""
    return any(isinstance(parameter, click.Argument) for parameter in command.params)


def _is_asked(parameter: click.Parameter) -> bool:
    return parameter.name not in {"database", "help"}


def _words_of(
    parameter: click.Parameter, files: st.SearchStrategy[str]
) -> st.SearchStrategy[Words]:
    """Return what may be written for a parameter; an optional one is mostly left out."""
    value = _value_of(parameter, files)
    if isinstance(parameter, click.Argument):
        most = 3 if parameter.nargs < 0 else 1
        return st.lists(value, min_size=int(parameter.required), max_size=most).map(tuple)
    name = st.sampled_from(parameter.opts)
    is_flag = isinstance(parameter, click.Option) and parameter.is_flag
    given: st.SearchStrategy[Words] = (
        name.map(lambda word: (word,)) if is_flag else st.tuples(name, value)
    )
    if parameter.required:
        return given
    return st.one_of(st.just(()), st.just(()), given)


def _value_of(parameter: click.Parameter, files: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    kind = parameter.type
    likely: st.SearchStrategy[str] = _TEXTS
    if isinstance(kind, click.Choice):
        likely = st.sampled_from([str(choice) for choice in kind.choices])
    elif isinstance(kind, click.Path):
        likely = files
    elif isinstance(kind, click.DateTime):
        likely = _DAYS
    elif isinstance(kind, click.types.IntParamType | click.types.FloatParamType):
        likely = _NUMBERS
    elif parameter.name == "settings":
        likely = _SETTINGS
    elif parameter.name in {"query", "terrain", "municipality", "province", "nal_region"}:
        likely = _NAMES
    return st.one_of(likely, likely, likely, _JUNK)
