"""Read one answer of a service, and say plainly when it is not the answer that was asked for."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from forecast.errors import FetchError

_SHOWN: Final = 200
_HEAD_BYTES: Final = 4096
_TITLE: Final = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_SAID: Final = re.compile(r"<(?:\w+:)?ExceptionText[^>]*>(.*?)</", re.DOTALL)
_TAGS: Final = re.compile(r"<[^>]*>|\s+")


def json_of(name: str, path: Path, kind: type[dict[str, Any] | list[Any]]) -> Any:
    """Return the JSON of an answer.

    Raises
    ------
    FetchError
        If it is no JSON, or not an object or list as expected: a page of a web site or an error of
        the service, which come with status 200 as well; with what it says.
    """
    try:
        body = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise FetchError(name, f"JSON is expected, but {what_is(path)}") from None
    if not isinstance(body, kind):
        expected = "a list" if kind is list else "an object"
        said = f"; it says: {message}" if (message := _message(body)) else ""
        raise FetchError(name, f"the answer is JSON, but not {expected} as expected{said}")
    return body


def what_is(path: Path) -> str:
    """Return what an answer is that is not what was asked for, as part of a sentence."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES).decode("utf-8", errors="replace").lstrip("\ufeff \r\n\t")
    lower = head.casefold()
    if lower.startswith(("<!doctype html", "<html")) or "<html" in lower[:_SHOWN]:
        title = _TITLE.search(head)
        named = f" ('{_plain(title[1])}')" if title else ""
        return f"the server sent a web page{named}; the service may have moved: see --url"
    if said := _SAID.search(head):
        return f"the service says: {_plain(said[1])}"
    if lower.startswith("<"):
        return f"the server sent XML: {_plain(head)}"
    if not head:
        return "the answer is empty"
    return f"the answer starts with: {_plain(head)}"


def _message(body: Any) -> str:
    """Return what a service says went wrong, in the fields that services use for it."""
    if not isinstance(body, dict):
        return ""
    for field in ("message", "error", "remark", "detail"):
        found = body.get(field)
        if isinstance(found, dict):
            found = found.get("message")
        if isinstance(found, str):
            return _plain(found)
    return ""


def _plain(text: str) -> str:
    """Return a text on one line, without tags and control characters, not too long."""
    words = _TAGS.sub(" ", text).strip()
    shown = "".join(letter for letter in words if letter.isprintable())
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "..."
