"""What is fetched from where: the entries of ``endpoints.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from forecast.errors import UnknownNameError

_PATH: Final = Path(__file__).with_name("endpoints.toml")
_BYTES_PER_MB: Final = 1_000_000


@dataclass(frozen=True)
class Endpoint:
    """One file to fetch.

    Attributes
    ----------
    name
        As commands take it; several endpoints may bring files of one source.
    source
        Source of `laadvraag data import` that reads the file.
    service
        Kind of service, a module of `forecast.fetch.services`.
    url
        Its address.
    file_name
        Name of the joined file.
    publisher, licence, citation
        Whose it is, under which terms, and how to name it.
    verified, evidence
        Whether the address was seen in use, and where.
    most_mb
        Largest answer that is accepted [MB].
    superseded_days
        Age of its figures, from the day that they hold on, at which the publisher usually has newer
        ones [d].
    options
        What the service needs to know.
    is_on_request
        Fetched by its own name only, because it is a burden on the server.
    is_dated_by_fetch
        The file does not say its day, so that the import is told that of fetching.
    """

    name: str
    source: str
    service: str
    url: str
    file_name: str
    publisher: str
    licence: str
    citation: str
    verified: bool
    evidence: str
    most_mb: int
    superseded_days: int
    options: Mapping[str, Any] = field(default_factory=dict)
    is_on_request: bool = False
    is_dated_by_fetch: bool = False

    @property
    def most_bytes(self) -> int:
        """Largest answer that is accepted."""
        return self.most_mb * _BYTES_PER_MB

    def at(self, url: str) -> Endpoint:
        """Return the endpoint at another address, which nobody has verified."""
        return replace(self, url=url, verified=False, evidence="given with --url")


@cache
def endpoints() -> Mapping[str, Endpoint]:
    """Return every endpoint by its name, in the order of the file."""
    entries = tomllib.loads(_PATH.read_text(encoding="utf-8"))
    return {name: _endpoint(name, entry) for name, entry in entries.items()}


def chosen(names: Sequence[str], *, is_all: bool = False) -> tuple[Endpoint, ...]:
    """Return the endpoints that names mean: of endpoints, or of sources with all of theirs.

    Endpoints on request are among them only by their own name.

    Raises
    ------
    UnknownNameError
        If a name is neither; with those that are.
    """
    known = endpoints()
    if is_all:
        return tuple(each for each in known.values() if not each.is_on_request)
    found: dict[str, Endpoint] = {}
    for asked in names:
        name = asked.casefold()
        of_source = {
            each.name: each
            for each in known.values()
            if each.source == name and not each.is_on_request
        }
        if name in known:
            found[name] = known[name]
        elif of_source:
            found |= of_source
        else:
            raise UnknownNameError("source", asked, source_names())
    return tuple(found.values())


def source_names() -> tuple[str, ...]:
    """Return the names of sources and endpoints, each once."""
    known = endpoints()
    return tuple(
        dict.fromkeys(name for each in known.values() for name in (each.source, each.name))
    )


def _endpoint(name: str, entry: dict[str, Any]) -> Endpoint:
    words = dict(entry)
    is_on_request = words.pop("on_request", False)
    is_dated_by_fetch = words.pop("date_is_fetch", False)
    return Endpoint(
        name=name, is_on_request=is_on_request, is_dated_by_fetch=is_dated_by_fetch, **words
    )
