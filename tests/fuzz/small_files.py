"""A good small file of every kind that laadvraag reads, and what reads it."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from forecast.assumptions import DEFAULT_PATH, load_scenarios
from forecast.depot import study_depot
from forecast.refinement_files import read_refinements
from forecast.sources.contract import Known, Request
from forecast.sources.meter.rows import MeterOptions
from forecast.sources.meter.series import read_meter_files
from forecast.sources.registry import SOURCES, read_source
from forecast.survey.answers import CompanyAnswer
from forecast.survey.parse import parse_row
from forecast.survey.table import read_answer_table
from forecast.survey.template import form_csv, form_xlsx
from forecast.theme import load_theme
from forecast.words import load
from tests.forecast.sources.made import MADE
from tests.meter_files import EAN, begin_and_end, clocks, long_rows, wide_rows

DAY: Final = date(2026, 1, 1)
Read = Callable[[Path, Known], object]


@dataclass(frozen=True)
class SmallFile:
    """A file as it should be.

    Attributes
    ----------
    name
        Of the file; readers go by its ending.
    content
        Its bytes.
    read
        Takes the path of such a file.
    """

    name: str
    content: bytes = field(repr=False)
    read: Read


def source_reader(source: str) -> Read:
    """Return what reads a file of a source."""
    return lambda path, known: read_source(SOURCES[source], Request(path, known, DAY))


def made(source: str) -> bytes:
    """Return the good file of a source, as its tests make it."""
    with tempfile.TemporaryDirectory() as folder:
        return MADE[source](Path(folder)).read_bytes()


def _zipped(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


def _meter(lines: list[str]) -> bytes:
    return "\r\n".join(lines).encode()


def read_meter(path: Path, _: Known) -> object:
    """Read quarter-hours as the command does without options."""
    return read_meter_files([path], MeterOptions())


def read_survey(path: Path, _: Known) -> list[CompanyAnswer | None]:
    """Read the rows of a form that is about one terrain."""
    table = read_answer_table(path)

    def check_day(_: date, __: str) -> None:
        """Any day will do."""

    rows = [
        parse_row(row, lambda _: "190044", check_day, DAY, table.decimal_mark) for row in table.rows
    ]
    return [row.answer for row in rows]


_SURVEY: Final = (
    "Bedrijf;Contact;EAN-code;Bestelauto's: totaal;Bestelauto's: elektrisch eind 2030;"
    "Bestelauto's: rooster;Trekkers: totaal;Trekkers: km per jaar;Gecontracteerd vermogen (kW)\n"
    "Jansen Transport;piet@jansen.nl;871687110000000005;12;6;10 ma-vr 6:30-17:00;3;90.000;630\n"
    "Café 'Zon';;;2;0;2x za 8-12u;0;;\n"
)
_REFINEMENTS: Final = (
    "terrain_id;field;value;year;unit;author_name;observed_on;reason;source;municipal_rest\n"
    "190044;trucks;80;;vehicles;A. Jansen;2026-01-02;geteld;visit;leave\n"
    "190044;electric_vans;150;2030;vehicles;A. Jansen;2026-01-02;'=verteld;talk;rebalance\n"
)
_REFINEMENT: Final[Mapping[str, Any]] = {
    "refinement_id": "9a2f0c3e", "terrain_id": "190044", "terrain_name": "De Hurk",
    "field": "trucks", "value": 80.0, "unit": "vehicles", "year": None,
    "municipal_rest": "leave", "author_name": "A. Jansen", "observed_on": "2026-01-02",
    "entered_at": "2026-01-02T12:00:00.000000Z", "reason": "geteld", "source": "visit",
    "undoes": None,
}  # fmt: skip
_SCHEDULE: Final = (
    "fleet,first_departure_hour,last_return_hour,off_shift_hours,distance_km\n"
    "day,6.5,17,13.5,120\nday,6,18.25,,85\nnight,20,5,15,310\n"
)
_THEME: Final = (
    'publisher = "Gemeente Zwolle"\n[colours]\naccent = "#0d5c75"\nink = "#1d2b33"\n'
    '[logo]\nfile = "logo.png"\nalt = "Zwolle"\n'
)
_IBIS_TABLE: Final = (
    "RIN_NUMMER;JAAR;PLAN_NAAM;GEM_CODES;HA_BRUTO;HA_NETTO\n"
    "190044;2025;De Hurk;GM0772;12,5;1.010,25\n4932;2025;Náám;GM0383;12,5;10\n"
)
_PLATES: Final = (
    "Kenteken,Europese voertuigcategorie,Inrichting,Voertuigsoort\n"
    "AA11BB,N1,gesloten opbouw,Bedrijfsauto\nCC22DD,N3,opleggertrekker,Bedrijfsauto\n"
)
_FUELS: Final = "Kenteken,Brandstof omschrijving\nAA11BB,Elektriciteit\nCC22DD,Diesel\n"
_POSTCODES: Final = "postcode,invoeding,afname\n1012AB,0,3\n1012 ac,1,2\n1013AA,,1\n"


def _quarters() -> tuple[bytes, bytes]:
    """Return eight days of quarter-hours in both shapes, over a change of the clock."""
    days = date(2025, 3, 26), date(2025, 4, 2)
    head = ["Meetbedrijf;;;", f"EAN;{EAN};;"]
    long = [*head, "Datum;Van;Tot;Afname (kWh)"]
    long += long_rows(*days, lambda at: 100.0 + at.hour, begin_and_end)
    # A day of 92 quarter-hours lacks the columns of the hour that the clock leaps over.
    wide = ["Afname in kWh", *head, ";".join(["Datum", *clocks()])]
    wide += wide_rows(
        *days,
        lambda at: 100.0 + at.hour,
        lambda values, many: [*values[:8], *[""] * (96 - many), *values[8:]],
    )
    return _meter(long), _meter(wide)


_LONG, _WIDE = _quarters()


def _depot(path: Path, _: Known) -> object:
    return study_depot(path, "rigid_truck", None, None, 3)


def _theme(path: Path, _: Known) -> object:
    (path.parent / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return load_theme(path)


def _small_text_files() -> dict[str, SmallFile]:
    form = form_csv(load("nl"))
    return {
        "ibis table": SmallFile("ibis.csv", _IBIS_TABLE.encode(), source_reader("ibis")),
        "postcodes": SmallFile(
            "capaciteitskaart_2024-01-11.csv", _POSTCODES.encode(), source_reader("supply-areas")
        ),
        "meter rows": SmallFile("meter.csv", _LONG, read_meter),
        "meter days": SmallFile("meter.csv", _WIDE, read_meter),
        "survey": SmallFile("form.csv", _SURVEY.encode(), read_survey),
        "survey form": SmallFile("form.csv", form, read_survey),
        "refinements": SmallFile(
            "log.csv", _REFINEMENTS.encode(), lambda path, _: read_refinements(path)
        ),
        "schedule": SmallFile("schedule.csv", _SCHEDULE.encode(), _depot),
        "theme": SmallFile("theme.toml", _THEME.encode(), _theme),
        "assumptions": SmallFile(
            "own.toml", DEFAULT_PATH.read_bytes(), lambda path, _: load_scenarios(path)
        ),
        "ze-zones": SmallFile("emissiezones.xml", made("ze-zones"), source_reader("ze-zones")),
        "municipality of postcodes": SmallFile(
            "pc4_2025.csv", made("postcodes"), source_reader("postcodes")
        ),
    }


TEXT_FILES: Final = _small_text_files()
"""Files of text, by what they are."""

JSON_FILES: Final[Mapping[str, SmallFile]] = {
    **{
        source: SmallFile(f"{source}_2026.json", made(source), source_reader(source))
        for source in SOURCES
        if source not in {"ze-zones", "postcodes"}
    },
    "refinements": SmallFile(
        "log.json",
        json.dumps({"format": "laadvraag.refinements/1", "refinements": [_REFINEMENT]}).encode(),
        lambda path, _: read_refinements(path),
    ),
}
"""Files of JSON, by what they are."""

ARCHIVES: Final[Mapping[str, SmallFile]] = {
    "survey": SmallFile("form.xlsx", form_xlsx(load("nl")), read_survey),
    "rdw": SmallFile("rdw.zip", _zipped(v__csv=_PLATES, b__csv=_FUELS), source_reader("vehicles")),
    "ibis": SmallFile(
        "ibis.zip", _zipped(ibis__geojson=made("ibis").decode()), source_reader("ibis")
    ),
}
"""Zips and workbooks, by what they are."""
