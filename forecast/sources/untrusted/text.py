"""Text of unknown encoding: UTF-8 with or without its mark, UTF-16 with one, or Windows-1252."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final

from forecast.errors import DataSourceError
from forecast.visible import visible

_WIDE: Final = "utf-16"
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, _WIDE),
    (codecs.BOM_UTF16_BE, _WIDE),
)
_UNMARKED: Final = ("utf-8", "cp1252")
"""What a file without a mark may be, the likeliest first."""
_CHUNK: Final = 1024 * 1024
_LONGEST_LETTER: Final = 4
_BROKEN: Final = "\ufffd"


def encoding_of(path: Path, given: Path) -> str:
    """Return the encoding of a text file, read in parts: all of it is text in that encoding.

    Raises
    ------
    DataSourceError
        If it is no text, or breaks off within a letter; it names the path ``given``.
    """
    with path.open("rb") as file:
        head = file.read(_LONGEST_LETTER)
    marked = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)
    for encoding in (marked,) if marked else _UNMARKED:
        if _is_text_in(encoding, path, given):
            return encoding
    said = f"{marked}, as its first bytes say" if marked else "UTF-8 nor as Windows-1252"
    how = "not readable as" if marked else "readable neither as"
    raise DataSourceError(given, f"the file is {how} {said}; save it as UTF-8")


def read_text(path: Path, given: Path) -> tuple[str, str]:
    """Return the text of a file and its encoding.

    Raises
    ------
    DataSourceError
        As `encoding_of`.
    """
    encoding = encoding_of(path, given)
    return path.read_bytes().decode(encoding), encoding.removesuffix("-sig")


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


def _is_text_in(encoding: str, path: Path, given: Path) -> bool:
    """Return whether every letter of a file can be read in an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                if b"\x00" in chunk and encoding != _WIDE:
                    raise DataSourceError(given, "the file is not text: it holds zero bytes")
                decoder.decode(chunk)
        except UnicodeDecodeError:
            return False
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        reason = "the file breaks off within a letter; it was cut off, fetch it again"
        raise DataSourceError(given, reason) from None
    return True
