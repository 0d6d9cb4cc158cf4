"""JSON and XML from outside: the whole document, or a sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from forecast.errors import DataSourceError
from forecast.sources.untrusted.limits import MOST_BYTES, megabytes
from forecast.sources.untrusted.text import encoding_of, read_text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SHOWN: Final = 40
_START: Final = 4096
_ENDED: Final = -1
_PIECE: Final = 4 * 1024 * 1024
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder(parse_constant=lambda _: None)
_LONGEST_ENTRY: Final = 64 * 1024 * 1024
_CUT_OFF: Final = "it was cut off, fetch it again"


def read_json(path: Path, given: Path) -> tuple[Any, str]:
    """Return the value of a JSON file and its encoding; NaN and Infinity count as no value.

    Raises
    ------
    DataSourceError
        If it is no JSON; says where it breaks off, or what stands at the error.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        reason = f"it unpacks to {megabytes(size)}; at most {megabytes(MOST_BYTES)} of JSON is read"
        raise DataSourceError(given, reason)
    text, encoding = read_text(path, given)
    try:
        return json.loads(text, parse_constant=lambda _: None), encoding
    except json.JSONDecodeError as error:
        rest = text[error.pos :].strip()
        if not rest or error.msg.startswith("Unterminated string"):
            reason = f"the JSON breaks off after {len(text):,} characters; {_CUT_OFF}"
        else:
            shown = " ".join(rest.split())[:_SHOWN]
            reason = f"it is no JSON: {error.msg} at line {error.lineno}, '{shown}'"
        raise DataSourceError(given, reason) from None
    except (RecursionError, ValueError) as error:
        kind = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise DataSourceError(given, f"it is no JSON that can be read ({kind})") from None


def stream_json_list(path: Path, given: Path) -> Iterator[Any]:
    """Yield the entries of a JSON list, of which some megabytes are in memory at a time.

    Raises
    ------
    DataSourceError
        If it is no list in JSON, breaks off, or has an entry beyond all measure: after the entries
        before that.
    """
    count = 0
    with path.open(encoding=encoding_of(path, given)) as file:
        buffer, at = file.read(_PIECE).lstrip(), len("[")
        while True:
            try:
                entry, end = _entry_at(buffer, at, is_first=not count)
            except RecursionError:
                raise DataSourceError(given, "the JSON is nested too deep to be read") from None
            if end == _ENDED:
                return
            if end < len(buffer):
                yield entry
                count, at = count + 1, end
                continue
            rest = buffer[at:]
            more = file.read(_PIECE) if len(rest) < _LONGEST_ENTRY else ""
            if not more:
                raise DataSourceError(given, _broken_list(rest, count))
            buffer, at = rest + more, 0


def _entry_at(buffer: str, at: int, *, is_first: bool) -> tuple[Any, int]:
    """Return the next entry of a list and where it ends.

    That is the end of the buffer where the entry may go on beyond it, and -1 where the list ends.
    """
    start = _after_space(buffer, at)
    if buffer[start : start + 1] == "]":
        return None, _ENDED
    if not is_first:
        if buffer[start : start + 1] != ",":
            return None, len(buffer)
        start = _after_space(buffer, start + 1)
    try:
        return _DECODER.raw_decode(buffer, start)
    except ValueError:
        return None, len(buffer)


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _broken_list(rest: str, count: int) -> str:
    bare = rest.lstrip().removeprefix("," if count else "").lstrip()
    try:
        _DECODER.raw_decode(bare)
    except json.JSONDecodeError as error:
        if error.pos < len(bare.rstrip()) and not error.msg.startswith("Unterminated"):
            shown = " ".join(bare[error.pos :].split())[:_SHOWN]
            return f"it is no JSON: {error.msg} in entry {count + 1:,}, '{shown}'"
    return f"the JSON breaks off after {count:,} entries; {_CUT_OFF}"


def starts_with_list(path: Path) -> bool:
    """Return whether a JSON file holds a list, without reading it."""
    with path.open("rb") as file:
        return file.read(_START).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"[")


def read_xml(path: Path, given: Path) -> Element:
    """Return the root of an XML file without document type, entities or what they point at.

    Raises
    ------
    DataSourceError
        If it has any of these, or is not well-formed.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, parse

    try:
        root: Element = parse(path, forbid_dtd=True).getroot()
    except DefusedXmlException as error:
        reason = (
            "the XML has a document type or entities, which no source of these data needs "
            f"({type(error).__name__}); it is not read"
        )
        raise DataSourceError(given, reason) from None
    except (ParseError, ValueError, LookupError) as error:
        is_cut = "no element found" in str(error) or "unclosed token" in str(error)
        reason = f"breaks off; {_CUT_OFF}" if is_cut else f"is not well-formed ({error})"
        raise DataSourceError(given, f"the XML {reason}") from None
    return root


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace: prefixes and versions differ."""
    return element.tag.rsplit("}", maxsplit=1)[-1]
