"""Unpack gzip as it comes in, a bounded piece at a time, whatever it claims of itself."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

PIECE_BYTES: Final = 1 << 20
_GZIP: Final = 16 + zlib.MAX_WBITS


class CutShortError(Exception):
    """The packed stream ends before it is whole."""


def inflated(packed: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the unpacked content in pieces of at most a MiB, so that a bomb never fills memory.

    Raises
    ------
    CutShortError
        If the stream ends before its end mark.
    zlib.error
        If it is no gzip, or its checksum is wrong.
    """
    unpack = zlib.decompressobj(_GZIP)
    for chunk in packed:
        rest, is_full = chunk, False
        # A full piece may leave more inside, even when all of the chunk was taken.
        while rest or is_full:
            if unpack.eof:  # gzip files may follow each other
                unpack = zlib.decompressobj(_GZIP)
            piece = unpack.decompress(rest, PIECE_BYTES)
            rest = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
            is_full = len(piece) == PIECE_BYTES and not unpack.eof
            if piece:
                yield piece
    if not unpack.eof:
        raise CutShortError
