"""What is said of the grid and the plan class of a terrain, the same on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.vocabulary import STRATEGIES

if TYPE_CHECKING:
    from forecast.report_rows import CandidateArea, FitYears, PlanVerdict
    from forecast.terrain_report import TerrainReport
    from forecast.words import Words

_PER_CENT = 100
_LIKELY = 0.5
"""Chance from which a way out is worth a word."""
_ABOVE = {
    # Score to the classes that a terrain has where the score lies above its threshold.
    "fit_own": ("own_site",),
    "fit_shared": ("collective",),
    "plot": ("own_site",),
    "connection": ("own_site",),
}


def change_sentences(
    report: TerrainReport, year: int, scenario: str, words: Words
) -> tuple[str, ...]:
    """Return what would change the plan class: the nearest threshold, steering, a hub, the grid."""
    verdict = report.plan_class[year, scenario]
    if verdict.plan_class == "not_known":
        return (words("plan.ask_figures" if report.areas else "plan.ask_area"),)
    sentences = []
    if verdict.margin is not None:
        side = "above" if verdict.plan_class in _ABOVE[str(verdict.margin_score)] else "below"
        sentences.append(
            words(
                f"plan.margin_{side}",
                score=words(f"plan.score.{verdict.margin_score}"),
                points=_points(verdict.margin, words),
                next_class=words(f"common.plan_class_short.{verdict.next_class}"),
            )
        )
    if verdict.class_with_smart != verdict.plan_class:
        name = words(f"common.plan_class_short.{verdict.class_with_smart}")
        sentences.append(words("plan.smart", plan_class=name))
    if verdict.plan_class in {"collective", "mitigate"}:
        if any(report.vehicles.values()):
            key = "plan.hub" if verdict.is_hub_in_reach else "plan.no_hub"
            sentences.append(words(key, reach=words.number(verdict.hub_reach_km)))
        night = report.grid_fit[year, scenario, "night_block"].fits_after_queue_probability
        if night >= _LIKELY:
            sentences.append(words("plan.night", chance=words.number(night * _PER_CENT)))
    sentences += _reinforcement(verdict, words)
    return tuple(sentences) or (words("plan.nothing_near"),)


def _points(margin: float, words: Words) -> str:
    """Return a distance to a threshold in percentage points, which is never nothing."""
    told = words.number(margin * _PER_CENT)
    return words("plan.less_than_one") if told == "0" else told


def _reinforcement(verdict: PlanVerdict, words: Words) -> list[str]:
    """Return what the grid makes of the class in later years, where the class rests on it."""
    from_year = verdict.own_site_from_year
    if verdict.rule_code in {"smart_fits_before_queue", "nothing_fits"}:
        return [
            words("plan.not_reinforced")
            if from_year is None
            else words("plan.reinforced", year=from_year)
        ]
    rests_on_grid = verdict.rule_code in {"unmanaged_fits_after_queue", "relief_by_then"}
    return [words("plan.ends")] if rests_on_grid and from_year is None else []


def fit_sentences(report: TerrainReport, year: int, scenario: str, words: Words) -> tuple[str, ...]:
    """Return how likely the added power fits in a year, and from when on it does for good."""
    if not report.areas:
        return (words("plan.no_area"),)
    if (scenario, STRATEGIES[0]) not in report.fit_years:
        return (words("plan.fit_unknown"),)
    chances = {}
    for strategy in STRATEGIES:
        fit = report.grid_fit[year, scenario, strategy]
        chances[strategy] = words.number(_PER_CENT * fit.fits_after_queue_probability)
    years = {
        strategy: _years(report.fit_years[scenario, strategy], words) for strategy in STRATEGIES
    }
    before = report.grid_fit[year, scenario, "smart"].fits_probability
    chances["before"] = words.number(before * _PER_CENT)
    return (words("plan.fit", year=year, **chances), words("plan.for_good", **years))


def added_sentence(report: TerrainReport, year: int, scenario: str, words: Words) -> str:
    """Return the power that comes on top of the first year, within 16:00-21:00 and outside."""
    first = report.run.years[0]
    fields: dict[str, object] = {"first": first}
    for strategy in STRATEGIES:
        now = report.on_terrain_power(year, scenario, strategy)
        then = report.on_terrain_power(first, scenario, strategy)
        fields[f"{strategy}_within"] = words.significant(
            max(now.design_peak_16_21_kw - then.design_peak_16_21_kw, 0)
        )
        fields[f"{strategy}_outside"] = words.significant(
            max(now.design_peak_other_hours_kw - then.design_peak_other_hours_kw, 0)
        )
    return words("common.added", **fields)


def relief_text(kind: str, year: int | None, words: Words) -> str:
    """Return what is known of relief: its year, that there is nothing to solve, or neither."""
    if year is not None:
        return words("plan.relief_year", year=year)
    return words("plan.relief_nothing" if kind == "nothing_to_solve" else "plan.relief_unknown")


def area_figures(area: CandidateArea, words: Words, *, decimals: int) -> dict[str, str]:
    """Return what the capacity map says of an area, for the sentences of all pages.

    Parameters
    ----------
    decimals
        Of its figures [MW].
    """

    def megawatts(value: float | None) -> str:
        if value is None:
            return words("common.unknown")
        return f"{words.number(value, decimals)} MW"

    return {
        "name": area.supply_area_id,
        "operator": area.grid_operator_name,
        "status": words(f"common.area_status.{area.status}"),
        "available": megawatts(area.demand_available_capacity_mw),
        "required": megawatts(area.demand_quoted_capacity_mw),
        "queue": megawatts(area.demand_capacity_in_queue_mw),
        "relief": relief_text(area.demand_alleviation, area.demand_alleviation_year, words),
        "tso": _tso_text(area, words),
    }


def _tso_text(area: CandidateArea, words: Words) -> str:
    """Return the status of the transmission grid above an area, with its relief."""
    status = words(f"plan.tso_status.{area.tso_status}")
    relief = relief_text(area.tso_alleviation, area.tso_alleviation_year, words)
    return f"{status}, {relief}"


def _years(fit: FitYears, words: Words) -> str:
    first, sure = (
        str(year) if year is not None else words("plan.never")
        for year in (fit.fits_from_year_p50, fit.fits_from_year_p90)
    )
    return first if first == sure else words("plan.years", p50=first, p90=sure)
