"""Meter data in every shape it is delivered in; what is wrong is told with its line."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from forecast.errors import DataSourceError
from forecast.meter.year import measured_year
from forecast.sources.meter.rows import MeterOptions
from forecast.sources.meter.series import MeterSeries, add_connections, read_meter_files
from tests.meter_files import (
    AMSTERDAM,
    EAN,
    OTHER_EAN,
    QUARTER,
    begin_and_end,
    clocks,
    local,
    long_rows,
    number,
    wide_rows,
    write,
)

# The clock goes forward on 30 March 2025 (92 quarter-hours) and back on 26 October (100).
SPRING = (date(2025, 3, 26), date(2025, 4, 2))
AUTUMN = (date(2025, 10, 22), date(2025, 10, 29))
SEASONS = pytest.mark.parametrize("days", [SPRING, AUTUMN])
HEADER = "Datum;Van;Tot;Afname (kWh)"


def load_kw(begin: datetime) -> float:
    """Return another load in every quarter-hour, also in both of the hour shown twice."""
    week = (begin.day * 96 + begin.hour * 4 + begin.minute // 15) % 701
    return 100 + week + (1000 if begin.fold else 0)


def read(path: Path, **options: object) -> MeterSeries:
    [series] = read_meter_files([path], MeterOptions(**options))  # type: ignore[arg-type]
    return series


def expected(days: tuple[date, date]) -> tuple[list[np.datetime64], list[float]]:
    rows = long_rows(*days, load_kw, lambda moment, kw: f"{moment:%Y-%m-%dT%H:%M} {kw}")
    pairs = [row.split() for row in rows]
    return [np.datetime64(when, "us") for when, _ in pairs], [float(kw) for _, kw in pairs]


def check(series: MeterSeries, days: tuple[date, date]) -> None:
    starts, loads = expected(days)
    assert len(starts) == 8 * 96 + (4 if days is AUTUMN else -4)
    assert series.missing == 0
    assert series.starts_utc.tolist() == [start.item() for start in starts]
    assert series.offtake_kw == pytest.approx(loads, abs=0.01)


def one_stamp(moment: datetime, kw: float) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M:%S},{kw:.2f}"


def end_stamp(moment: datetime, kw: float) -> str:
    return f"{local(moment + QUARTER):%d/%m/%Y %H:%M};{number(kw / 4)}"


def end_of_clock(moment: datetime, kw: float) -> str:
    """Return the end as what the clock showed at the begin plus a quarter: 3:00 comes twice."""
    end = local(moment).replace(tzinfo=None) + timedelta(minutes=15)
    return f"{end:%d/%m/%Y %H:%M};{number(kw / 4)}"


LONG = {
    "date, begin and end": (HEADER, begin_and_end),
    "one local time": ("tijdstip,vermogen kW", one_stamp),
    "time with its distance to UTC": (
        "Timestamp;kW",
        lambda moment, kw: f"{local(moment).isoformat()};{number(kw)}",
    ),
    "UTC with a Z": ("Timestamp,kWh", lambda m, kw: f"{m:%Y-%m-%dT%H:%M:%SZ},{kw / 4:.3f}"),
    "end named": ("Tot en met datum/tijd einde;Verbruik kWh", end_stamp),
    "end by the clock": ("Einde;Verbruik kWh", end_of_clock),
    "number of the quarter": (
        "Datum;PTU;Verbruik (Wh)",
        lambda m, kw: f"{local(m):%d-%m-%Y};{ptu(m)};{kw * 250:.0f}",
    ),
    "compact date, range of times": (
        "dag\ttijd\tafgenomen kWh",
        lambda m, kw: (
            f"{local(m):%Y%m%d}\t{local(m):%H:%M} - {local(m + QUARTER):%H:%M}\t" + number(kw / 4)
        ),
    ),
    "unit per row": (
        "Begin;Eenheid;Waarde",
        lambda m, kw: (
            f"{local(m):%d-%m-%Y %H:%M};kW;{number(kw)}\r\n{local(m):%d-%m-%Y %H:%M};kVArh;7,5"
        ),
    ),
}


def ptu(moment: datetime) -> int:
    midnight = local(moment).replace(hour=0, minute=0, fold=0)
    return int((moment - midnight) / QUARTER) + 1


@SEASONS
@pytest.mark.parametrize("shape", LONG)
def test_rows_per_quarter(shape: str, days: tuple[date, date], tmp_path: Path) -> None:
    header, make = LONG[shape]
    rows = long_rows(*days, load_kw, make)
    check(read(write(tmp_path / "a.csv", [header, *rows])), days)


@SEASONS
def test_newest_first(days: tuple[date, date], tmp_path: Path) -> None:
    rows = long_rows(*days, load_kw, begin_and_end)
    check(read(write(tmp_path / "a.csv", [HEADER, *reversed(rows)])), days)


@SEASONS
def test_winter_time_all_year(days: tuple[date, date], tmp_path: Path) -> None:
    def winter(moment: datetime, kw: float) -> str:
        return f"{moment + timedelta(hours=1):%d-%m-%Y;%H:%M};{number(kw / 4)}"

    path = write(tmp_path / "a.csv", ["Datum;Tijd;kWh", *long_rows(*days, load_kw, winter)])
    check(read(path, clock="winter"), days)
    if days is SPRING:
        with pytest.raises(DataSourceError, match=r"2:00 on 2025-03-30, which the clock skips.*"):
            read(path)


def skip_two(values: list[str], count: int) -> list[str]:
    return [*values[:8], "", "", "", "", *values[8:]] if count == 92 else values


WIDE = {
    "clock, hole in March, longer row in October": (clocks(), skip_two),
    "ends, hole in March": (clocks(is_end=True), skip_two),
    "numbers": ([str(at + 1) for at in range(100)], lambda values, _: values),
    "named numbers, zeros after": (
        [f"kwartier {at + 1}" for at in range(100)],
        lambda values, count: [*values, *["0"] * (96 - count)],
    ),
    "clock with the hour twice": (
        [*clocks()[:12], *(f"{name}B" for name in clocks()[8:12]), *clocks()[12:]],
        lambda v, n: v if n == 100 else [*skip_two(v, n)[:12], *[""] * 4, *skip_two(v, n)[12:]],
    ),
}


@SEASONS
@pytest.mark.parametrize("shape", WIDE)
def test_rows_per_day(shape: str, days: tuple[date, date], tmp_path: Path) -> None:
    names, place = WIDE[shape]
    rows = wide_rows(*days, load_kw, place)
    lines = ["Kwartierwaarden in kWh", "", ";".join(["Datum", *names]), *rows]
    check(read(write(tmp_path / "a.csv", lines)), days)


def test_a_row_of_96_in_october_lacks_an_hour_or_is_refused(tmp_path: Path) -> None:
    rows = wide_rows(*AUTUMN, load_kw, lambda values, n: values[:12] + values[12 + n - 96 :])
    path = write(tmp_path / "a.csv", [";".join(["Datum kWh", *clocks()]), *rows])
    assert read(path).missing == 4
    numbered = write(tmp_path / "b.csv", [";".join(["Datum kWh", *map(str, range(1, 97))]), *rows])
    with pytest.raises(DataSourceError, match="line 6 has 96 values, and 2025-10-26 has 100"):
        read(numbered)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_lines_above_and_units_below_the_header(encoding: str, tmp_path: Path) -> None:
    rows = long_rows(*SPRING, load_kw, begin_and_end)
    lines = ["sep=;", "Café Één BV;;;", f"EAN {EAN};;;", "Datum;Van;Tot;Afname", ";;;kWh", *rows]
    series = read(write(tmp_path / "a.csv", lines, encoding))
    check(series, SPRING)
    assert series.ean == EAN


def test_feed_in_tariffs_and_other_columns(tmp_path: Path) -> None:
    header = (
        "EAN;Datum;Tijd;Levering hoog (kWh);Levering laag (kWh);Teruglevering (kWh);"
        "Blindenergie (kVArh);Temperatuur;Status"
    )

    def row(moment: datetime, kw: float) -> str:
        return f"{EAN};{local(moment):%d-%m-%Y;%H:%M};{number(kw / 4)};1;2,5;99;12,3;gemeten"

    series = read(write(tmp_path / "a.csv", [header, *long_rows(*SPRING, load_kw, row)]))
    _, loads = expected(SPRING)
    assert series.offtake_kw == pytest.approx(np.array(loads) + 4, abs=0.01)
    assert set(series.feed_in_kw) == {10.0}


def test_directions_in_rows(tmp_path: Path) -> None:
    def row(moment: datetime, kw: float) -> str:
        when = f"{local(moment):%d-%m-%Y;%H:%M}"
        return f"{when};Teruglevering;1\r\n{when};Levering;{number(kw / 4)}"

    lines = ["Datum;Tijd;Richting;Volume (kWh)", *long_rows(*AUTUMN, load_kw, row)]
    series = read(write(tmp_path / "a.csv", lines))
    check(series, AUTUMN)
    assert set(series.feed_in_kw) == {4.0}


def test_several_connections_are_told_apart_and_added(tmp_path: Path) -> None:
    def row(moment: datetime, kw: float) -> str:
        when = f"{local(moment):%d-%m-%Y;%H:%M}"
        return f"{EAN};{when};{number(kw)}\r\n'{OTHER_EAN};{when};7"

    path = write(tmp_path / "a.csv", ["EAN;Datum;Tijd;kW", *long_rows(*AUTUMN, load_kw, row)])
    both = read_meter_files([path], MeterOptions())
    assert [one.ean for one in both] == [EAN, OTHER_EAN]
    check(both[0], AUTUMN)
    total = add_connections(both)
    assert total.offtake_kw == pytest.approx(both[0].offtake_kw + 7)
    assert total.ean == f"{EAN},{OTHER_EAN}"


def test_files_of_months_follow_on_each_other(tmp_path: Path) -> None:
    rows = long_rows(*SPRING, load_kw, begin_and_end)
    paths = [
        write(tmp_path / "a.csv", [HEADER, *rows[:400]]),
        write(tmp_path / "b.csv", [HEADER, *rows[398:]]),  # an overlap of two
    ]
    [series] = read_meter_files(paths, MeterOptions())
    check(series, SPRING)
    assert dict(series.notes)["twice"] == 2


def test_a_net_column_holds_both(tmp_path: Path) -> None:
    rows = long_rows(*SPRING, lambda when: 8.0 if when.hour < 12 else -4.0, begin_and_end)
    path = write(tmp_path / "a.csv", [HEADER, *rows])
    with pytest.raises(DataSourceError, match=r"line 50 has a consumption below zero.*--net"):
        read(path)
    series = read(path, is_net=True)
    assert (series.offtake_kw.max(), series.feed_in_kw.max()) == (8.0, 4.0)
    assert ((series.offtake_kw > 0) != (series.feed_in_kw > 0)).all()


def rows_of_week() -> list[str]:
    return long_rows(date(2025, 1, 6), date(2025, 1, 14), load_kw, begin_and_end)


def changed(**lines: str) -> list[str]:
    """Return the rows of a week with some replaced; the header is line 1."""
    rows = [HEADER, *rows_of_week()]
    for name, text in lines.items():
        rows[int(name.removeprefix("line")) - 1] = text
    return rows


REFUSED = {
    "no number": (changed(line5="06-01-2025;00:45;01:00;veel"), "line 5 has 'veel' for a number"),
    "no date": (changed(line5="32-01-2025;00:45;01:00;1,0"), "line 5 has no date and time"),
    "no quarter": (changed(line5="06-01-2025;00:50;01:05;1,0"), "line 5 has a time that is no"),
    "absurd": (changed(line5="06-01-2025;00:45;01:00;9000"), "line 5 has a mean of 36,000 kW"),
    "contradiction": (
        changed(line5="06-01-2025;00:30;00:45;999,0"),
        "2025-01-06T00:30.*line 4 with 678 kW.*line 5 with 3,996 kW",
    ),
    "no unit": (["Datum;Van;Tot;Afname", *rows_of_week()], "unit; give --unit kWh"),
    "two consumptions": (
        ["Datum;Van;Tot;Afname kWh;Verbruik kWh", *(f"{row};1" for row in rows_of_week())],
        "Afname kWh, Verbruik kWh. Name it with --column",
    ),
    "only a meter reading": (
        ["Datum;Van;Tot;Meterstand (kWh)", *rows_of_week()],
        "no column holds the consumption; the columns are Datum, Van, Tot, Meterstand",
    ),
    "no header": (rows_of_week(), "line 1 already holds a measurement"),
    "no table": (["a;b", "1;2"], "no table with a date in every row"),
    "a day of gas": (["Datum;kWh", *(f"{day:02}-01-2025;5" for day in range(1, 29))], "clock time"),
    "hours": (
        ["Tijdstip;kWh", *(f"{d:02}-01-2025 {h:02}:00;5" for d in range(1, 31) for h in range(24))],
        "60 minutes apart",
    ),
    "half a week": ([HEADER, *rows_of_week()[:300]], "holds 300 quarter-hours"),
    "a hole of a day": (
        [HEADER, *rows_of_week()[:300], *rows_of_week()[400:]],
        r"100 of 864 quarter-hours are missing \(100 from 2025-01-09T03:00.*--accept-gaps",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_told(name: str, tmp_path: Path) -> None:
    lines, sentence = REFUSED[name]
    with pytest.raises(DataSourceError, match=sentence):
        read(write(tmp_path / "a.csv", lines), most_kw=5000.0)


def test_small_gaps_are_counted_and_large_ones_taken_when_asked(tmp_path: Path) -> None:
    rows = rows_of_week()
    small = read(write(tmp_path / "a.csv", [HEADER, *rows[:100], *rows[103:]]))
    assert (small.missing, small.gaps) == (3, (("2025-01-07T01:00+01:00", 3),))
    large = write(tmp_path / "b.csv", [HEADER, *rows[:300], *rows[400:]])
    assert read(large, are_gaps_accepted=True).missing == 100
    empty = changed(line5="06-01-2025;00:45;01:00;")
    assert read(write(tmp_path / "c.csv", empty)).missing == 1


def test_a_workbook_and_a_missing_file_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"PK\x03\x04rest")
    with pytest.raises(DataSourceError, match="save its sheet as CSV"):
        read(tmp_path / "a.csv")
    with pytest.raises(DataSourceError, match="no such file"):
        read(tmp_path / "b.csv")


def test_a_year_is_the_last_one_on_the_local_clock(tmp_path: Path) -> None:
    rows = long_rows(date(2024, 6, 1), date(2025, 12, 31), lambda _: 10.0, begin_and_end)
    series = read(write(tmp_path / "a.csv", [HEADER, *rows]))
    year = measured_year(series.starts_utc, series.offtake_kw, series.feed_in_kw)
    assert (year.dates[0], year.dates[-1]) == (date(2025, 1, 1), date(2025, 12, 31))
    assert year.day.size == 365 * 96  # one day of 92 and one of 100
    sizes = np.bincount(year.day)
    assert {str(year.dates[day]): sizes[day] for day in np.flatnonzero(sizes != 96)} == {
        "2025-03-30": 92,
        "2025-10-26": 100,
    }
    noon = datetime(2025, 7, 1, 12, tzinfo=AMSTERDAM)
    at = year.first_of[year.dates.index(noon.date()), 48]
    assert year.starts_utc[at] == np.datetime64("2025-07-01T10:00")
    # The hour that March skips is that after it.
    assert set(year.first_of[year.dates.index(date(2025, 3, 30)), 8:13]) == {
        year.first_of[year.dates.index(date(2025, 3, 30)), 12]
    }
