"""Reference pages made from what the program uses: assumptions and nomenclature."""

from __future__ import annotations

from collections.abc import Iterable

from forecast.assumptions import Assumptions
from forecast.backtest import BacktestReport
from forecast.backtest_table import (
    hindcast_headings,
    hindcast_rows,
    score_headings,
    score_rows,
    verdicts,
)
from forecast.schema import TABLES, Table
from forecast.words import load

_LAYERS = {
    "source": "Source tables: what was read",
    "beside": "Tables beside a run: what is compared with it",
    "result": "Result tables: what a run computed",
    "record": "Lasting records",
    "import": "Imported editions, kept for good",
}

_TERMS = (
    ("bedrijventerrein", "business park", "connected area of at least 1 ha gross, several firms"),
    ("bestelauto", "van", "N1, up to 3,500 kg"),
    ("bakwagen", "rigid truck", "N2 or N3 without a coupling for a semi-trailer"),
    ("trekker", "tractor", "tractor unit, N3"),
    ("standplaats", "base", "where a vehicle stands at night"),
    ("hoofdgebruiker", "main user", "who uses a vehicle most days; not who keeps the papers"),
    ("laadvraag", "charging demand", "always with a unit: kWh/year, kWh/day or kW"),
    ("laadplein", "shared hub", "several points on one shared connection"),
    ("verzorgingsplaats", "service area", "stop along a motorway"),
    ("voedingsgebied", "supply area", "area fed by one element of the grid"),
    ("netbeheerder", "grid operator", ""),
    ("netcongestie", "grid congestion", ""),
    ("afname", "demand", "power taken from the grid, against opwek: feed-in"),
    ("gelijktijdigheid", "simultaneity", "peak over installed power"),
    ("plankaart", "plan map", "need, space and grid on one map"),
    ("NAL-regio", "NAL region", "regional programme for charging infrastructure"),
    ("RD New", "EPSG:28992", "Dutch national grid, in metres"),
)


def backtest_block(report: BacktestReport) -> str:
    """Return the scores of the test against history as a table, with the verdict."""
    words = load("en")
    table = table_lines(score_headings(words), score_rows(report, words), texts=3)
    return "\n".join([*table, "", words("backtest.too_short"), *verdicts(report, words)])


def hindcast_block(report: BacktestReport) -> str:
    """Return what others foresaw, beside what came, as a table."""
    words = load("en")
    return "\n".join(table_lines(hindcast_headings(words), hindcast_rows(report, words), texts=3))


def replace_block(page: str, name: str, block: str) -> str:
    """Return a page with the text between two marks replaced.

    Raises
    ------
    ValueError
        If the page lacks the marks.
    """
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    head, found, rest = page.partition(begin)
    _, closed, tail = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"the page has no block between {begin} and {end}")
    return f"{head}{begin}\n{block}\n{end}{tail}"


def table_lines(headings: list[str], rows: list[list[str]], texts: int) -> list[str]:
    """Return the lines of a table whose first columns are texts and the others numbers."""
    marks = ["---" if index < texts else "---:" for index in range(len(headings))]
    return ["| " + " | ".join(cells) + " |" for cells in (headings, marks, *rows)]


def assumptions_page(assumptions: Assumptions) -> str:
    """Return docs/assumptions.md: every number, its bounds, unit, status and source."""
    groups: dict[str, list[str]] = {}
    for key, entry in assumptions.by_key.items():
        groups.setdefault(key.split(".")[0], []).append(
            f"| `{key}` | {entry.value:g} | {entry.low:g} | {entry.high:g} | {entry.unit} | "
            f"{entry.status} | {entry.year} | {entry.source} | {entry.note} |"
        )
    statuses = [entry.status for entry in assumptions.by_key.values()]
    counts = ", ".join(
        f"{statuses.count(name)} {name}" for name in ("published", "derived", "assumed")
    )
    lines = [
        "# Assumptions",
        "",
        "Made from `forecast/assumptions.toml` by `python docs/generate.py`; do not edit.",
        f"{len(statuses)} numbers: {counts}.",
        "What is assumed is a judgement, to be replaced by data.",
    ]
    for group, rows in groups.items():
        lines += [
            "",
            f"## {group}",
            "",
            "| name | value | low | high | unit | status | year | source | note |",
            "|---|---:|---:|---:|---|---|---|---|---|",
            *rows,
        ]
    lines += ["", "## Sources", "", "| name | title |", "|---|---|"]
    lines += [
        f"| {name} | [{source.title}]({_link(source.url)}) |"
        for name, source in sorted(assumptions.sources.items())
    ]
    return "\n".join(lines) + "\n"


def nomenclature_page() -> str:
    """Return docs/nomenclature.md: words of the trade, closed lists, tables and columns."""
    words = load("en")
    lines = [
        "# Nomenclature",
        "",
        "Made by `python docs/generate.py` from the schema and the catalogue; do not edit.",
        "Units end the names of columns; ratios end in `_share` or `_factor`.",
        "Figures of a year hold on 31 December of it.",
        "",
        "## Terms",
        "",
        "| Dutch | here | meaning |",
        "|---|---|---|",
        *(f"| {dutch} | {english} | {meaning} |" for dutch, english, meaning in _TERMS),
    ]
    for topic in ("vehicle_class", "location_type", "scenario", "strategy", "plan_class", "rule"):
        prefix = f"common.{topic}."
        lines += ["", f"## `{topic}`", "", "| code | meaning |", "|---|---|"]
        lines += [
            f"| `{key.removeprefix(prefix)}` | {text} |"
            for key, text in words.texts.items()
            if key.startswith(prefix)
        ]
    for layer, title in _LAYERS.items():
        lines += ["", f"## {title}"]
        lines += _table_sections(table for table in TABLES.values() if table.layer == layer)
    return "\n".join(lines) + "\n"


def _table_sections(tables: Iterable[Table]) -> list[str]:
    lines: list[str] = []
    for table in tables:
        lines += [
            "",
            f"### `{table.name}`",
            "",
            table.meaning,
        ]
        if table.layer == "import":  # the columns of a source table, which stand above
            lines += ["", "Columns as there, before them `edition_id`."]
            continue
        lines += ["", "| column | type | unit | meaning |", "|---|---|---|---|"]
        lines += [
            f"| {'**' if column.is_key else ''}`{column.name}`{'**' if column.is_key else ''} | "
            f"{column.dtype}{', may be empty' if column.is_nullable else ''} | {column.unit} | "
            f"{column.meaning} |"
            for column in table.columns
        ]
    return lines


def _link(url: str) -> str:
    """Return a link as it works from docs/."""
    return url.removeprefix("docs/")
