"""Which assumptions a step reads: the same assumptions, taking note of the keys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from forecast.assumptions import REFINED, Assumption, Assumptions, ScenarioSet
from forecast.explain.node import AssumptionRow
from forecast.vocabulary import LOCATION_TYPES, VEHICLE_CLASSES


@dataclass(frozen=True)
class RecordingAssumptions(Assumptions):
    """Assumptions that remember which keys were read."""

    read: set[str] = field(default_factory=set)

    def __getitem__(self, key: str) -> float:
        """Return the value of a key, and note the key."""
        value = super().__getitem__(key)
        self.read.add(key)
        return value


def recording(assumptions: Assumptions, read: set[str]) -> RecordingAssumptions:
    """Return the assumptions with a set that fills with the keys that are read."""
    return RecordingAssumptions(assumptions.by_key, assumptions.sources, read)


def recording_set(scenarios: ScenarioSet, read: set[str]) -> ScenarioSet:
    """Return the assumptions of all scenarios with one set for the keys that are read."""
    return ScenarioSet(
        {name: recording(entry, read) for name, entry in scenarios.by_scenario.items()},
        scenarios.digest,
    )


def assumption_rows(
    keys: Iterable[str], assumptions: Assumptions, concerning: Iterable[str] = ()
) -> tuple[AssumptionRow, ...]:
    """Return the rows of keys, in the order of the file.

    Steps work on all classes and location types at once. Where the figure is of one of them, given
    in ``concerning``, rows of another one are left out.
    """
    others = {
        name
        for names in (VEHICLE_CLASSES, LOCATION_TYPES)
        if (named := set(names) & set(concerning))
        for name in set(names) - named
    }
    wanted = {key for key in keys if not others & set(key.split("."))}
    return tuple(
        AssumptionRow(
            key,
            entry.value,
            entry.unit,
            entry.low,
            entry.high,
            entry.status,
            entry.year,
            *_source(entry, assumptions),
        )
        for key, entry in assumptions.by_key.items()
        if key in wanted
    )


def _source(entry: Assumption, assumptions: Assumptions) -> tuple[str, str]:
    """Return title and address; of what an adviser knows better, that it is recorded."""
    if entry.status == REFINED:
        return "laadvraag refine list", ""
    source = assumptions.sources[entry.source]
    return source.title, source.url
