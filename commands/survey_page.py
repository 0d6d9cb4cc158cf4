"""Answers of companies on the terminal, and the same as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from commands.terrain_layout import Layout, layout_for
from forecast.survey.export import company_name, schedule_text
from forecast.survey.notes import companies_text, group_text
from forecast.survey.working import FEWEST_COMPANIES

if TYPE_CHECKING:
    from forecast.survey.answers import FleetAnswer
    from forecast.survey.apply import SurveyedTerrain
    from forecast.survey.corrections import Coverage
    from forecast.survey.importing import SurveyImport
    from forecast.survey.records import StoredAnswer
    from forecast.words import Words

_PER_CENT = 100
_PRIVATE = ("company_name", "contact", "ean_code")


def answer_record(stored: StoredAnswer, *, with_names: bool) -> dict[str, Any]:
    """Return an answer as plain values, without what is private unless asked for."""
    answer = asdict(stored.answer)
    if not with_names:
        answer = {name: value for name, value in answer.items() if name not in _PRIVATE}
    return {
        "company_id": stored.company_id,
        "covers_all": stored.covers_all,
        "author_name": stored.author_name,
        "entered_at": stored.entered_at.isoformat(),
        **answer,
    }


def print_import(done: SurveyImport, words: Words) -> None:
    """Print what was imported, skipped and odd, and what became of each terrain."""
    layout = layout_for((), 0)
    layout.text(
        words(
            "survey.terminal.imported",
            companies=companies_text(done.companies, words),
            replaced=words.number(done.replaced),
            unchanged=words.number(done.unchanged),
        )
    )
    for key, sentences in (("skipped", done.skipped), ("warnings", done.warnings)):
        if sentences:
            layout.text(words(f"survey.terminal.{key}"), bold=True)
        for sentence in sentences:
            layout.item(sentence.told(words))
    for note in done.notes:
        layout.text(note.told(words))
    for each in done.terrains:
        print_terrain(each, words)


def print_terrain(surveyed: SurveyedTerrain, words: Words) -> None:
    """Print how much of a terrain its survey covers, and what it says of it."""
    layout = layout_for((), 0)
    if surveyed.is_vanished:
        layout.text(words("survey.terminal.vanished", terrain=surveyed.terrain_id))
        return
    companies = companies_text(surveyed.companies, words)
    name = f"{surveyed.terrain_name} (RIN {surveyed.terrain_id})"
    key = "terrain_all" if surveyed.covers_all else "terrain_part"
    layout.text(words(f"survey.terminal.{key}", terrain=name, companies=companies), bold=True)
    for each in surveyed.coverage:
        layout.item(_coverage_line(each, words))
    for note in surveyed.notes:
        layout.item(note.told(words))
    if surveyed.contradiction:
        sentence = surveyed.contradiction.told(words)
        layout.item(words("survey.terminal.contradiction", sentence=sentence))
    _print_refinements(surveyed, layout, words)
    if surveyed.traceable:
        names = ", ".join(surveyed.traceable)
        layout.item(words("survey.terminal.few", names=names, count=FEWEST_COMPANIES))


def _coverage_line(coverage: Coverage, words: Words) -> str:
    fields = {
        "group": words(f"survey.group.{coverage.group}"),
        "surveyed": words.number(coverage.surveyed),
        "total": words.number(coverage.base),
    }
    if coverage.surveyed > coverage.base:
        return words("survey.terminal.coverage_more", **fields)
    part = _PER_CENT * coverage.surveyed / (coverage.base or 1)
    return words("survey.terminal.coverage", part=words.number(part), **fields)


def print_list(
    answers: Sequence[StoredAnswer], names: Mapping[str, str], words: Words, *, with_names: bool
) -> None:
    """Print the companies of each terrain, one line each."""
    layout = layout_for((), 0)
    if not answers:
        layout.text(words("survey.terminal.no_answers"))
    for terrain_id, group in groupby(answers, key=lambda each: each.answer.terrain_id):
        of_terrain = list(group)
        name = f"{names.get(terrain_id, '?')} (RIN {terrain_id})"
        if terrain_id not in names:
            layout.text(words("survey.terminal.vanished", terrain=terrain_id))
        companies = companies_text(len(of_terrain), words)
        layout.text(words("survey.terminal.terrain", terrain=name, companies=companies), bold=True)
        for each in of_terrain:
            who = f" {each.answer.company_name}:" if with_names else ""
            fleets = "; ".join(_fleet_line(fleet, words) for fleet in each.answer.fleets)
            layout.item(
                words(
                    "survey.terminal.company",
                    id=f"{each.company_id}{who}",
                    date=words.date(each.answer.observed_on),
                    fleets=fleets or words("survey.terminal.no_fleet"),
                )
            )
        _print_contracts(of_terrain, layout, words)


def print_answer(stored: StoredAnswer, words: Words, *, with_names: bool) -> None:
    """Print all that one company answered."""
    layout = layout_for((), 0)
    answer = stored.answer
    layout.text(company_name(stored, words, with_names=with_names), bold=True)
    layout.item(words.date(answer.observed_on))
    if with_names:
        if answer.contact:
            layout.item(words("survey.terminal.contact", contact=answer.contact))
        if answer.ean_code:
            layout.item(words("survey.terminal.ean", ean=answer.ean_code))
    for fleet in answer.fleets:
        layout.item("; ".join(_fleet_parts(fleet, words)))
    if text := ", ".join(_connection_parts(stored, words)):
        layout.item(words("survey.terminal.connection", text=text))


def _print_refinements(surveyed: SurveyedTerrain, layout: Layout, words: Words) -> None:
    made = (*surveyed.kept, *surveyed.added)
    replaced = {entry.name for entry in made}
    layout.item(words(f"survey.terminal.{'refined' if made else 'nothing_refined'}"))
    for entry in surveyed.kept:
        value = words.exact(entry.value or 0.0)
        layout.item("  " + words("survey.terminal.kept", name=entry.name, value=value))
    for entry in surveyed.added:
        value = words.exact(entry.value or 0.0)
        layout.item(
            "  " + words("survey.terminal.added", name=entry.name, value=value, reason=entry.reason)
        )
    for entry in surveyed.undone:
        if entry.name not in replaced:
            value = words.exact(entry.value or 0.0)
            layout.item("  " + words("survey.terminal.undone", name=entry.name, value=value))


def _print_contracts(answers: Sequence[StoredAnswer], layout: Layout, words: Words) -> None:
    told = [(each, text) for each in answers if (text := ", ".join(_connection_parts(each, words)))]
    if told:
        layout.item(words("survey.terminal.contracts_title"))
    for each, text in told:
        layout.item(f"  {each.company_id}  {text}")


def _connection_parts(stored: StoredAnswer, words: Words) -> Iterator[str]:
    link = stored.answer.connection
    if link.size:
        yield words(f"survey.size.{link.size}")
    for key, value in (
        ("contract", link.contract_kw),
        ("feed_in", link.feed_in_kw),
        ("carries", link.connection_kw),
        ("requested", link.requested_kw),
    ):
        if value is not None:
            yield words(f"survey.terminal.{key}", value=words.exact(value))


def _fleet_line(fleet: FleetAnswer, words: Words) -> str:
    fields = {
        "group": group_text(fleet.group, words),
        "vehicles": words("common.unknown")
        if fleet.vehicles is None
        else words.number(fleet.vehicles),
    }
    if fleet.electric_vehicles is None:
        return words("survey.terminal.fleet", **fields)
    electric = words.number(fleet.electric_vehicles)
    return words("survey.terminal.fleet_electric", electric=electric, **fields)


def _fleet_parts(fleet: FleetAnswer, words: Words) -> Iterator[str]:
    yield _fleet_line(fleet, words)
    if fleet.planned:
        plans = ", ".join(f"{year}: {words.number(n)}" for year, n in fleet.planned.items())
        yield words("survey.terminal.planned", plans=plans)
    if fleet.charge_points is not None:
        yield words("survey.terminal.points", points=words.number(fleet.charge_points))
    if fleet.charger_kw is not None:
        yield words("survey.terminal.each_kw", kw=words.exact(fleet.charger_kw))
    if fleet.distance_km_per_year is not None:
        yield words("survey.terminal.distance", km=words.exact(fleet.distance_km_per_year))
    if fleet.schedules:
        yield words("survey.terminal.schedule", schedules=schedule_text(fleet.schedules, words))
