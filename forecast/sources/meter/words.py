"""Words that measuring companies use for time, connection, direction, consumption and units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

KW_PER: Final = {
    "kwh": 4.0, "kw": 1.0, "wh": 0.004, "w": 0.001, "mwh": 4000.0, "mw": 1000.0,
}  # fmt: skip
"""Mean power of a quarter-hour in kW, over the number in a unit."""

CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?$")
CLOCKS: Final = re.compile(
    r"(\d{1,2}:\d{2}(?::\d{2})?)\s*(?:-|\u2013|tot|to|t/m)\s*(\d{1,2}:\d{2}\S*)$"
)
UNIT: Final = re.compile(r"(?<![a-z0-9])(kwh|mwh|wh|kw|mw|w)(?![a-z0-9])")
EAN: Final = re.compile(r"(?<!\d)\d{18}(?!\d)")
NUMBER: Final = re.compile(r"[+-]?[\d.,\s\u00a0]*\d(?:[eE][+-]?\d+)?$")
QUARTER_LABEL: Final = re.compile(r"(?:k|kw|q|kwartier|quarter|ptu|pte)?[\s_]?(\d{1,3})$")

FEED_IN: Final = (
    "teruglever", "terug lever", "teruggelever", "invoed", "injectie", "injection", "export",
    "productie", "production", "opwek", "feed", "return", "e18",
)  # fmt: skip
OFFTAKE: Final = (
    "levering", "geleverd", "afname", "afgenomen", "verbruik", "import", "consum", "usage",
    "offtake", "vermogen", "power", "load", "belasting", "volume", "waarde", "value", "hoeveelheid",
    "kwh", "kw", "energie", "energy", "elektr", "stroom", "netto", "saldo", "e17",
)  # fmt: skip
OTHER: Final = (
    "blind", "kvar", "reacti", "capaci", "inducti", "cos", "spanning", "voltage", "ampere",
    "temperat", "gas", "prijs", "price", "kosten", "cost", "eur", "status", "kwalit", "quality",
    "stand", "meterstand", "beginstand", "eindstand", "tellerstand", "co2", "warmte", "water",
    "contract", "gtv", "factor", "meternummer", "serienummer", "postcode",
)  # fmt: skip
BEGIN: Final = ("van", "begin", "start", "from", "vanaf", "starttijd", "begintijd")
END: Final = ("tot", "eind", "einde", "end", "until", "to", "tm", "eindtijd", "t")
CONNECTION: Final = ("ean", "aansluit", "meetpunt", "allocatiepunt")
DIRECTION: Final = (
    "richting", "energierichting", "direction", "register", "soort", "type", "product", "kanaal",
    "channel", "omschrijving", "meetrichting",
)  # fmt: skip
QUARTER_NAMES: Final = ("kwartier", "quarter", "ptu", "pte", "interval", "periode", "volgnummer")
TARIFFS: Final = (
    "hoog", "laag", "normaal", "dal", "piek", "dag", "nacht", "t1", "t2", "tarief", "high", "low",
)  # fmt: skip
TOTALS: Final = ("totaal", "total", "som")
NET: Final = ("netto", "saldo", "net")


def direction_of(text: str) -> str | None:
    """Return ``offtake`` or ``feed_in`` where a text names one."""
    name = folded(text)
    if any(word in name for word in FEED_IN):
        return "feed_in"
    return "offtake" if any(word in name for word in OFFTAKE) else None


def ean_in(lines: Iterable[str]) -> str | None:
    """Return the only EAN in lines of text."""
    found = {ean for line in lines for ean in EAN.findall(line)}
    return found.pop() if len(found) == 1 else None


def unit_in(lines: Iterable[str]) -> str | None:
    """Return the only unit in lines of text."""
    found = {unit for line in lines for unit in UNIT.findall(folded(line))}
    return found.pop() if len(found) == 1 else None


def has(name: str, stems: Sequence[str]) -> bool:
    """Return whether a word of a name begins with one of the stems."""
    return any(word.startswith(stem) for word in name.split() for stem in stems)


def is_named(name: str, words: Sequence[str]) -> bool:
    """Return whether one of the words stands in a name."""
    return not set(name.split()).isdisjoint(words)


def folded(name: str) -> str:
    """Return a name in small letters, with one space between its words."""
    return " ".join(re.sub(r"[^a-z0-9.]+", " ", name.casefold()).split())
