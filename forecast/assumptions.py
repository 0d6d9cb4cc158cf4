"""Load the assumptions and the scenarios that override them.

Numbers stand in ``assumptions.toml`` only. A scenario names keys and takes their low or high
bound, or a number between the bounds; it can add no key.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

from forecast.errors import AssumptionError
from forecast.vocabulary import SCENARIOS

DEFAULT_PATH: Final = Path(__file__).parent / "assumptions.toml"
SCENARIO_FOLDER: Final = Path(__file__).parent / "scenarios"
REFINED: Final = "refined"
"""Status of a value that holds for one terrain; never in a file."""
_FILES_KEPT: Final = 8
"""Parsed files: the assumptions and the scenarios, and as many of another set."""
STATUSES: Final = ("published", "derived", "assumed")
POSSIBLE: Final = {
    # Unit to the numbers that can mean anything in it; a slip of the keyboard falls outside.
    "1": (0.0, 10.0),
    "log-odds": (-5.0, 5.0),
    "1/year": (-0.5, 1.0),
    "vehicles": (1.0, 1e8),
    "terrains": (1.0, 1e4),
    "municipalities": (5.0, 400.0),
    "vehicles/ha": (0.01, 1000.0),
    "ha": (0.01, 100.0),
    "year": (0.0, 2100.0),
    "day/year": (1.0, 366.0),
    "degC": (-20.0, 40.0),
    "hour": (0.0, 24.0),
    "minute": (0.1, 1440.0),
    "m2": (1.0, 10_000.0),
    "points": (1.0, 100.0),
    "kWh/day": (1.0, 1e6),
    "million km/year": (1.0, 1e5),
    "km": (0.01, 10_000.0),
    "km2": (0.01, 100_000.0),
    "km/year": (1.0, 1e6),
    "kWh/km": (0.01, 10.0),
    "kWh": (0.1, 10_000.0),
    "kW": (0.1, 20_000.0),
}


@dataclass(frozen=True)
class Source:
    """Where a number comes from."""

    title: str
    url: str


@dataclass(frozen=True)
class Assumption:
    """One number with its bounds, unit, the year it describes, source and status."""

    value: float
    low: float
    high: float
    unit: str
    year: int
    source: str
    status: str
    note: str


@dataclass(frozen=True)
class Assumptions:
    """All assumptions of one scenario, by key."""

    by_key: Mapping[str, Assumption]
    sources: Mapping[str, Source]

    def __getitem__(self, key: str) -> float:
        """Return the value of a key.

        Raises
        ------
        AssumptionError
            If the key is not among the assumptions.
        """
        try:
            return self.by_key[key].value
        except KeyError:
            raise AssumptionError([f"there is no assumption '{key}'"]) from None

    def row(self, key: str) -> Assumption:
        """Return the whole row of a key, for its bounds; errors as for its value."""
        self[key]  # as every other reading of it
        return self.by_key[key]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys in the order of the file."""
        return iter(self.by_key)

    def scaled(self, group: str, factor: float, most: float) -> Assumptions:
        """Return the same with every value of a group times a factor, at most a bound."""
        rows = {
            key: replace(row, value=min(row.value * factor, most)) if key.startswith(group) else row
            for key, row in self.by_key.items()
        }
        return replace(self, by_key=rows)

    def with_values(self, values: Mapping[str, float]) -> Assumptions:
        """Return the same with values that an adviser knows better, such as those of one terrain.

        Raises
        ------
        AssumptionError
            If a key is not among the assumptions.
        """
        rows = {
            key: replace(self.row(key), value=value, low=value, high=value, status=REFINED)
            for key, value in values.items()
        }
        return replace(self, by_key={**self.by_key, **rows})

    def of(self, group: str, names: tuple[str, ...]) -> list[float]:
        """Return the values of ``group.name`` for each name, in their order."""
        return [self[f"{group}.{name}"] for name in names]


@dataclass(frozen=True)
class ScenarioSet:
    """The assumptions per scenario, and the hash that names them all."""

    by_scenario: Mapping[str, Assumptions]
    digest: str

    @cached_property
    def base(self) -> Assumptions:
        """The assumptions that no scenario changes."""
        return self.by_scenario["mid"]

    def __getitem__(self, scenario: str) -> Assumptions:
        """Return the assumptions of a scenario."""
        return self.by_scenario[scenario]


def load(path: Path = DEFAULT_PATH) -> Assumptions:
    """Read and check an assumptions file.

    Raises
    ------
    AssumptionError
        With all problems at once: unreadable file, unknown or missing field, missing unit,
        unknown source or status, or bounds that do not enclose the value.
    """
    return _parse(_read(path), path)


def load_scenarios(path: Path = DEFAULT_PATH, folder: Path = SCENARIO_FOLDER) -> ScenarioSet:
    """Return the assumptions of every scenario.

    Raises
    ------
    AssumptionError
        As `load`, and if a scenario names an unknown key or leaves the bounds.
    """
    base = load(path)
    digest = hashlib.sha256(path.read_bytes())
    by_scenario = {}
    for scenario in SCENARIOS:
        file = folder / f"{scenario}.toml"
        overrides = _read(file).get("overrides", {})
        by_scenario[scenario] = _override(base, overrides, file)
        digest.update(file.read_bytes())
    return ScenarioSet(by_scenario, digest.hexdigest())


def _read(path: Path) -> dict[str, Any]:
    try:
        return _loaded(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise AssumptionError([f"the file {path} does not exist"]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise AssumptionError([f"the file {path} can't be read ({error})"]) from None
    except tomllib.TOMLDecodeError as error:
        raise AssumptionError([f"the file {path} is not valid TOML ({error})"]) from None


@lru_cache(maxsize=_FILES_KEPT)
def _loaded(text: str) -> dict[str, Any]:
    """Return what a file says; the same few are read again and again by a program that stays."""
    return tomllib.loads(text)


def _parse(tree: dict[str, Any], path: Path) -> Assumptions:
    problems: list[str] = []
    sources: dict[str, Source] = {}
    for name, entry in tree.get("sources", {}).items():
        try:
            sources[name] = Source(**entry)
        except TypeError:
            problems.append(f"source {name} needs exactly a title and a url")
    by_key: dict[str, Assumption] = {}
    numbers_of = {name: entry for name, entry in tree.items() if name != "sources"}
    for key, entry in _leaves(numbers_of, ""):
        found = _problems(entry, sources)
        problems += [f"{key}: {problem}" for problem in found]
        if not found:
            numbers = {name: float(entry[name]) for name in ("value", "low", "high")}
            by_key[key] = Assumption(**{**entry, **numbers})
    if not by_key and not problems:
        problems.append(f"the file {path} holds no assumption")
    if problems:
        raise AssumptionError(problems)
    return Assumptions(by_key, sources)


def _leaves(tree: dict[str, Any], prefix: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, entry in tree.items():
        key = prefix + name
        if not isinstance(entry, dict):
            yield key, {"value": entry}
        elif any(not isinstance(value, dict) for value in entry.values()):
            yield key, entry
        else:
            yield from _leaves(entry, key + ".")


def _problems(entry: dict[str, Any], sources: Mapping[str, Source]) -> list[str]:
    names = {field.name for field in fields(Assumption)}
    problems = [f"unknown field '{name}'" for name in entry.keys() - names]
    problems += [f"field '{name}' is missing" for name in sorted(names - entry.keys())]
    if problems:
        return problems
    numbers = [entry["low"], entry["value"], entry["high"]]
    if any(isinstance(number, bool) or not isinstance(number, int | float) for number in numbers):
        problems.append("value, low and high must be numbers")
    elif not numbers[0] <= numbers[1] <= numbers[2]:
        problems.append("value must lie between low and high")
    if entry["unit"] not in POSSIBLE:
        problems.append(f"unit '{entry['unit']}' is not one of {', '.join(POSSIBLE)}")
    elif not problems:
        least, most = POSSIBLE[entry["unit"]]
        if not least <= numbers[0] <= numbers[2] <= most:
            problems.append(
                f"value, low and high must lie from {least:g} to {most:g} {entry['unit']}"
            )
    if entry["source"] not in sources:
        problems.append(f"source '{entry['source']}' is not under [sources]")
    if entry["status"] not in STATUSES:
        problems.append(f"status '{entry['status']}' is not one of {', '.join(STATUSES)}")
    return problems


def _override(base: Assumptions, overrides: Mapping[str, Any], path: Path) -> Assumptions:
    by_key = dict(base.by_key)
    problems = []
    for key, choice in overrides.items():
        if key not in by_key:
            problems.append(f"{path.name} overrides '{key}', which is not an assumption")
            continue
        bounds = by_key[key]
        value = {"low": bounds.low, "high": bounds.high}.get(choice, choice)
        if isinstance(value, int | float) and bounds.low <= value <= bounds.high:
            by_key[key] = replace(bounds, value=value)
        else:
            problems.append(
                f"{path.name} sets '{key}' to {choice!r}; expected 'low', 'high' or a number "
                f"from {bounds.low} to {bounds.high}"
            )
    if problems:
        raise AssumptionError(problems)
    return Assumptions(by_key, base.sources)
