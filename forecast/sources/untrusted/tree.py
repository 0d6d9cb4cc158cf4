"""JSON and XML from outside: the whole document, or a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from forecast.errors import DataSourceError
from forecast.sources.untrusted.text import read_text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SHOWN: Final = 40
_START: Final = 4096
_CUT_OFF: Final = "it was cut off, fetch it again"


def read_json(path: Path, given: Path) -> tuple[Any, str]:
    """Return the value of a JSON file and its encoding; NaN and Infinity count as no value.

    Raises
    ------
    DataSourceError
        If it is no JSON; says where it breaks off, or what stands at the error.
    """
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
