"""The dated table of zero-emission zones on the terminal: zones, oddities and access rules."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from forecast.words import Words
    from forecast.zone_access import Access, AccessRule
    from forecast.zone_figures import ZoneIssue, ZoneRow

_NAME_WIDTH: Final = 34
_DATE_WIDTH: Final = 14
_AREA_WIDTH: Final = 8


def print_page(
    zones: Sequence[ZoneRow],
    issues: Sequence[ZoneIssue],
    rules: Sequence[AccessRule],
    words: Words,
) -> None:
    """Print the zones by first day, then what was odd, then who may enter."""
    outlines = sum(zone.geometry_quality == "polygon" for zone in zones)
    click.secho(words("zones.page.title", zones=len(zones), outlines=outlines), bold=True)
    headings = (words(f"zones.page.heading_{name}") for name in ("name", "start", "area", "edge"))
    click.secho(_row(*headings), bold=True)
    for zone in zones:
        start = zone.start_date.isoformat() if zone.start_date else words("zones.page.no_date")
        area = words("common.unknown") if zone.area_km2 is None else words.number(zone.area_km2, 2)
        edge = words(f"zones.geometry.{zone.geometry_quality}")
        click.echo(_row(zone.zone_name, start, area, edge))
        details = words(
            "zones.page.details",
            municipality=zone.municipality_name,
            status=zone.status,
            version=zone.version,
        )
        click.secho(f"  {details}", dim=True)
    click.echo()
    click.secho(words("zones.page.issues"), bold=True)
    for issue in issues:
        click.echo(f"{issue.zone_name}: {words(f'zones.issue.{issue.issue_code}')}")
        click.secho(f"  {issue.detail}", dim=True)
    if not issues:
        click.echo(words("zones.page.no_issues"))
    click.echo()
    click.secho(words("zones.page.rules"), bold=True)
    for rule in rules:
        click.echo(_rule(rule, words))
        click.secho(f"  {rule.rule_code}; {rule.status}; {rule.source}", dim=True)
    click.echo(words("zones.page.rules_note"))


def print_json(
    zones: Sequence[ZoneRow], issues: Sequence[ZoneIssue], rules: Sequence[AccessRule]
) -> None:
    """Print everything; units end the names."""
    body = {
        "zones": [asdict(zone) for zone in zones],
        "issues": [asdict(issue) for issue in issues],
        "access_rules": [asdict(rule) for rule in rules],
    }
    click.echo(json.dumps(body, indent=2, ensure_ascii=False, default=str))


def print_answer(answer: Access, day: date, words: Words, *, as_json: bool) -> None:
    """Print whether a vehicle may enter on a day, and the rule that says so."""
    rule = answer.rule
    if as_json:
        body = {"on": day, "is_admitted": answer.is_admitted, "rule": asdict(rule)}
        click.echo(json.dumps(body, indent=2, ensure_ascii=False, default=str))
        return
    verdict = "yes" if answer.is_admitted else "no"
    click.secho(words(f"zones.answer.{verdict}", day=words.date(day)), bold=True)
    click.echo(
        words("zones.answer.because", rule=rule.rule_code, status=rule.status, source=rule.source)
    )
    click.echo(f"  {_rule(rule, words)}")
    click.echo(words("zones.page.rules_note"))


def _row(name: str, start: str, area: str, edge: str) -> str:
    return f"{name:<{_NAME_WIDTH}}{start:<{_DATE_WIDTH}}{area:>{_AREA_WIDTH}}  {edge}"


def _rule(rule: AccessRule, words: Words) -> str:
    return words(
        "zones.page.rule",
        vehicles=words(f"zones.vehicles.{rule.vehicle_class}"),
        emission=_emission(rule, words),
        registered=_registered(rule, words),
        access=_access(rule, words),
    )


def _emission(rule: AccessRule, words: Words) -> str:
    if rule.emission_class in {"any", "zero"}:
        return words(f"zones.emission.{rule.emission_class}")
    return words("zones.emission.euro", classes=rule.emission_class.replace("|", ", "))


def _registered(rule: AccessRule, words: Words) -> str:
    since, before = (
        None if day is None else words.date(day)
        for day in (rule.registered_from, rule.registered_before)
    )
    if since and before:
        return words("zones.registered.between", since=since, before=before)
    if since:
        return words("zones.registered.since", since=since)
    if before:
        return words("zones.registered.before", before=before)
    return words("zones.registered.any")


def _access(rule: AccessRule, words: Words) -> str:
    if not rule.is_admitted:
        return words("zones.access.never")
    if rule.access_until is None:
        access = words("zones.access.always")
    else:
        access = words("zones.access.until", until=words.date(rule.access_until))
    return words("zones.access.exemption", access=access) if rule.condition else access
