"""Refusals in the language of who reads them: every key exists, with the fields it is given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

import forecast
from forecast.closed_lists import SCENARIO, SOURCE, STRATEGY, VEHICLE_CLASS, ClosedList
from forecast.entry_errors import FieldError, RowsError
from forecast.errors import (
    DataSourceError,
    LaadvraagError,
    OutputError,
    SheetError,
    SpokenError,
    UnknownNameError,
)
from forecast.fields import FIELDS
from forecast.settings import check_together, parse_setting
from forecast.spoken import Code, FieldName, Together, codes, located, say, tell
from forecast.vocabulary import REGION_LEVELS
from forecast.words import load

ROOT = Path(forecast.__file__).parent.parent
FOLDERS = ("commands", "factsheets", "forecast", "maps", "web")
DEFINING = (
    "forecast.export.energy_system",
    "forecast.export.write",
    "forecast.survey.cell",
    "web.database",
)
"""Modules with errors of their own."""
NESTED = {OutputError.__name__, SheetError.__name__}
"""Errors whose second argument is the key: of the reason, in the same table."""
OWN_FIELDS = {"RowsError", "UnknownNameError", *NESTED}
"""Errors that fill in fields of the sentence themselves."""


def spoken_classes() -> dict[str, type[SpokenError]]:
    """Every class of errors with sentences in the catalogue, by name."""
    for module in DEFINING:
        import_module(module)
    found: dict[str, type[SpokenError]] = {}
    waiting = [SpokenError]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            found[kind.__name__] = kind
            waiting.append(kind)
    return found


def keys_in(node: ast.expr) -> list[str] | None:
    """Patterns of the keys that an expression can be; None for one that tells nothing."""
    match node:
        case ast.Constant(value=str(text)):
            return [re.escape(text)]
        case ast.IfExp(body=one, orelse=other):
            both = keys_in(one), keys_in(other)
            return [*both[0], *both[1]] if both[0] and both[1] else None
        case ast.JoinedStr(values=parts):
            return ["".join((keys_in(part) or ["[a-z_]+"])[0] for part in parts)]
    return None


@cache
def said_in_code() -> tuple[tuple[str, str, str, frozenset[str]], ...]:
    """Each raise and each sentence: where, its table, pattern of the key, and the given fields."""
    return tuple(_said_in_code())


def _said_in_code() -> Iterator[tuple[str, str, str, frozenset[str]]]:
    classes = spoken_classes()
    for path in sorted(file for name in FOLDERS for file in (ROOT / name).rglob("*.py")):
        if path.name in {"errors.py", "spoken.py"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            name, where = node.func.id, f"{path.relative_to(ROOT)}:{node.lineno}"
            takes_key = name == "say" or (name in classes and "__init__" not in vars(classes[name]))
            if not takes_key and name not in OWN_FIELDS - {"RowsError"}:
                continue
            position = 1 if name in NESTED else 0
            keys = keys_in(node.args[position])
            if name == "UnknownNameError" and keys is None:
                keys = [f"({'|'.join(REGION_LEVELS)})"]  # the level whose region was asked for
            assert keys, f"{where}: the key can't be read here"
            table = "" if name == "say" else f"{classes[name].table}."
            given = frozenset(each.arg for each in node.keywords if each.arg)
            if name == "UnknownNameError":
                given = frozenset(["asked"])
            for key in keys:
                yield where, table, key, given


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_sentence_in_the_code_stands_in_the_catalogue(language: str) -> None:
    texts = load(language).texts
    for where, table, key, given in said_in_code():
        found = [each for each in texts if re.fullmatch(re.escape(table) + key, each)]
        assert found, f"{where}: no sentence {table}{key}"
        for each in found:
            assert set(re.findall(r"\{(\w+)", texts[each])) == given, f"{where}: fields of {each}"


def test_every_sentence_in_the_catalogue_is_said() -> None:
    patterns = "|".join(re.escape(table) + key for _, table, key, _ in said_in_code())
    of_errors = {"one", "several", "sentence", "not_drawn", "none", "gone", "other_assumptions"}
    of_errors |= {"region_too_large", "no_places"}
    for key in load("nl").texts:
        topic, _, rest = key.partition(".")
        table, _, leaf = rest.rpartition(".")
        if topic.endswith("refusals") and table and leaf not in of_errors:
            assert re.fullmatch(patterns, key) or table == "unknown", key


def test_numbers_days_and_codes_are_written_as_the_language_does() -> None:
    dutch, english = load("nl"), load("en")
    assert tell(12500.5, dutch) == "12.500,5"
    assert tell(12500.5, english) == "12,500.5"
    assert tell(2030, dutch) == tell(2030, english) == "2030"
    assert tell(date(2026, 11, 25), dutch) == "25-11-2026"
    assert tell(date(2026, 11, 25), english) == "2026-11-25"
    assert tell(codes("common.scenario", ["low", "high"]), dutch) == "laag, hoog"
    assert tell(Code("fields.unit", "km/year"), dutch) == "km per jaar"
    assert tell(FieldName("electric_trucks", 2030), english) == "electric_trucks_2030"
    assert tell(Together(["a", "b"]), dutch) == "a en b"


def refusal(*settings: str) -> FieldError:
    with pytest.raises(FieldError) as raised:
        check_together(map(parse_setting, settings))
    return raised.value


@pytest.mark.parametrize(
    ("settings", "dutch"),
    [
        pytest.param(
            ["home_share=1,5"],
            "deel van de bestelauto's dat thuis laadt (home_share): 1,5 kan niet; "
            "aannemelijk is 0 tot 1",
            id="decimals",
        ),
        pytest.param(
            ["van_km_per_year=120000"],
            "kilometers per bestelauto (van_km_per_year): 120.000 km per jaar kan niet; "
            "aannemelijk is 5.000 tot 100.000 km per jaar",
            id="thousands and unit",
        ),
        pytest.param(
            ["contract_kw=1250.5", "connection_kva=1000"],
            "een contract van 1.250,5 kW is meer dan de aansluiting van 1.000 kVA aankan",
            id="two numbers",
        ),
        pytest.param(
            ["strategy=snel"],
            "er is geen manier van laden 'snel'; mogelijk: ongestuurd, slim, "
            "niets 16\u201321 uur, allen wachten tot 21 uur",
            id="closed list",
        ),
        pytest.param(
            ["trucks=40", "tractors=50"],
            "50 bij trekkers (tractors) is meer dan 40 bij vrachtauto's samen (trucks), "
            "en dat kan niet; verbeter beide",
            id="two fields",
        ),
    ],
)
def test_a_dutch_adviser_reads_a_refusal_in_dutch(settings: list[str], dutch: str) -> None:
    assert refusal(*settings).sentence(load("nl")) == dutch


def test_every_field_and_unit_has_a_form_in_a_sentence() -> None:
    for field in FIELDS.values():
        assert f"({field.name})" in FieldName(field.name).told(load("nl"))
        if field.unit:
            assert Code("fields.unit", field.unit).told(load("nl"))


def test_rows_are_told_in_one_language() -> None:
    where = say("refusals.row", number=3)
    error = RowsError(Path("a.csv"), [located(where, refusal("trucks=-1"))])
    assert error.sentence(load("nl")).splitlines() == [
        "uit a.csv is niets ingelezen; 1 fout:",
        f"  rij 3: {refusal('trucks=-1').sentence(load('nl'))}",
    ]
    assert str(error).splitlines()[0] == "nothing was imported from a.csv; 1 problem:"


def test_what_has_no_other_language_is_told_in_english_and_says_so() -> None:
    old = DataSourceError(Path("a.csv"), "it is odd")
    new = DataSourceError(Path("a.csv"), say("refusals.text.no_text"))
    assert (old.sentence(load("nl")), old.is_spoken) == ("a.csv: it is odd", False)
    assert new.sentence(load("nl")) == "a.csv: het is geen tekst; sla het op als CSV of JSON"
    assert new.is_spoken
    assert LaadvraagError("a sentence").sentence(load("nl")) == "a sentence"


def test_possible_names_are_words_of_the_language() -> None:
    error = UnknownNameError("scenario", "x", codes("common.scenario", ["low", "mid"]))
    assert error.sentence(load("nl")) == "er is geen scenario 'x'. Mogelijk: laag; midden."
    assert str(error) == "there is no scenario 'x'. Possible: low; mid."


@pytest.mark.parametrize("closed", [SCENARIO, SOURCE, STRATEGY, VEHICLE_CLASS])
def test_a_closed_list_takes_its_codes_and_the_words_of_both_languages(closed: ClosedList) -> None:
    for language in ("nl", "en"):
        assert tuple(map(closed.find, closed.shown(language))) == closed.codes
    assert tuple(map(closed.find, closed.codes)) == closed.codes
    assert closed.find("gok") is None


@pytest.mark.parametrize(
    ("closed", "text", "code"),
    [
        (SOURCE, "Enquete", "survey"),
        (STRATEGY, "slim", "smart"),
        (STRATEGY, "niets 16-21 uur", "night_block"),
        (STRATEGY, "night-block", "night_block"),
        (VEHICLE_CLASS, "bakwagens", "rigid_truck"),
    ],
)
def test_accents_case_and_dashes_of_a_word_do_not_matter(
    closed: ClosedList, text: str, code: str
) -> None:
    assert closed.find(text) == code
