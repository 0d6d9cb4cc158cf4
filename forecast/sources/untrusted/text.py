"""Text of unknown encoding: UTF-8 with or without its mark, UTF-16 with one, or Windows-1252."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final

from forecast.errors import DataSourceError
from forecast.visible import visible

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK: Final = 1024 * 1024
_LONGEST_LETTER: Final = 4
_BROKEN: Final = "\ufffd"


def encoding_of(path: Path, given: Path) -> str:
    """Return the encoding of a text file, read in parts.

    Raises
    ------
    DataSourceError
        If it is no text, or breaks off within a letter; it names the path ``given``.
    """
    with path.open("rb") as file:
        head = file.read(_LONGEST_LETTER)
        for mark, encoding in _MARKS:
            if head.startswith(mark):
                return encoding
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        read = 0
        try:
            while chunk := file.read(_CHUNK):
                if b"\x00" in chunk:
                    raise DataSourceError(given, "the file is not text: it holds zero bytes")
                decoder.decode(chunk)
                read += len(chunk)
        except UnicodeDecodeError:
            return _western(path, given)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            reason = "the file breaks off within a letter; it was cut off, fetch it again"
            raise DataSourceError(given, reason) from None
    return "utf-8"


def read_text(path: Path, given: Path) -> tuple[str, str]:
    """Return the text of a file and its encoding.

    Raises
    ------
    DataSourceError
        As `encoding_of`.
    """
    encoding = encoding_of(path, given)
    try:
        return path.read_bytes().decode(encoding), encoding.removesuffix("-sig")
    except UnicodeDecodeError as error:
        reason = f"the file is not readable as {encoding} ({error.reason})"
        raise DataSourceError(given, reason) from None


def storable(text: str) -> str:
    r"""Return a text without halves of letters, which JSON may hold and no database takes.

    >>> storable("a\ud800b")
    'a?b'
    """
    return text.encode("utf-8", errors="replace").decode("utf-8")


def one_line(text: str) -> str:
    r"""Return a text as one line that shows as what it is.

    >>> one_line("a\nb\x1cc")
    'a b c'
    """
    return " ".join(visible(storable(text)).split())


def mend_name(text: str) -> str:
    """Return a name whose UTF-8 was once read as Windows-1252 as it was meant; others as they are.

    >>> mend_name("De WÃ¢l"), mend_name("De Wâl")
    ('De Wâl', 'De Wâl')
    """
    if not any(sign in text for sign in "ÃÂâ€") or _BROKEN in text:
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def _western(path: Path, given: Path) -> str:
    decoder = codecs.getincrementaldecoder("cp1252")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        except UnicodeDecodeError:
            reason = "the file is neither UTF-8 nor Windows-1252; save it as UTF-8"
            raise DataSourceError(given, reason) from None
    return "cp1252"
