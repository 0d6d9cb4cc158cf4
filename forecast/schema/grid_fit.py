"""Result tables of how added power fits the grid, and of the plan class."""

from __future__ import annotations

from typing import Final

from forecast.schema.columns import AREA, RUN, SCENARIO, STRATEGY, TERRAIN, YEAR, key, optional
from forecast.schema.table import Column, Table

GRID_FIT: Final = (
    Table(
        "area_power",
        "result",
        "Charging power on business parks that an area gets on top of the first year of the run.",
        (
            RUN,
            AREA,
            key("year", "Int64", "every year to 2050; at its end"),
            SCENARIO,
            STRATEGY,
            Column("added_design_peak_kw", "Float64", "kW", "pooled design peak, added"),
        ),
    ),
    Table(
        "area_fit",
        "result",
        "Added charging power of all terrains of a supply area against its capacity.",
        (
            RUN,
            AREA,
            YEAR,
            SCENARIO,
            STRATEGY,
            Column("added_design_peak_kw", "Float64", "kW", "pooled, added since the first year"),
            optional("headroom_kw_p10", "Float64", "kW", "after the queue; empty: not known"),
            optional("headroom_kw_p50", "Float64", "kW", "the same"),
            optional("headroom_kw_p90", "Float64", "kW", "the same"),
            optional("fits_probability", "Float64", "1", "before the queue; empty: not known"),
            optional("fits_after_queue_probability", "Float64", "1", "after the queue"),
            optional("relief_probability", "Float64", "1", "after it, only thanks to relief"),
        ),
    ),
    Table(
        "area_fit_by_year",
        "result",
        "Probability that from a year on to 2050 the added power of an area fits, after the queue.",
        (
            RUN,
            AREA,
            YEAR,
            SCENARIO,
            STRATEGY,
            Column("fits_for_good_probability", "Float64", "1", "only areas whose room is known"),
        ),
    ),
    Table(
        "grid_fit",
        "result",
        "Probability, over the candidate areas of a terrain, that the added power fits.",
        (
            RUN,
            TERRAIN,
            YEAR,
            SCENARIO,
            STRATEGY,
            Column("known_probability", "Float64", "1", "that the area's figures are known"),
            Column("fits_probability", "Float64", "1", "before the queue, among known areas"),
            Column("fits_after_queue_probability", "Float64", "1", "after it, among known areas"),
            Column(
                "relief_probability", "Float64", "1", "after it, only thanks to published relief"
            ),
        ),
    ),
    Table(
        "fit_years",
        "result",
        "First year from which the added power of a terrain's area fits for good, after the queue.",
        (
            RUN,
            TERRAIN,
            SCENARIO,
            STRATEGY,
            Column("known_probability", "Float64", "1", "that the area's figures are known"),
            optional(
                "fits_from_year_p50", "Int64", "", "among known areas; empty: not before 2050"
            ),
            optional("fits_from_year_p90", "Int64", "", "the same, nine chances in ten"),
        ),
    ),
    Table(
        "plan_scores",
        "result",
        "What sets the terrains of one supply area apart: plots, companies and their connections.",
        (
            RUN,
            TERRAIN,
            YEAR,
            SCENARIO,
            optional(
                "own_plot_share", "Float64", "1", "of the electric vehicles: at companies with room"
            ),
            Column("companies", "Float64", "companies", "expected, from the occupied hectares"),
            optional(
                "smart_kw_per_company",
                "Float64",
                "kW",
                "smart design peak of the depots per company with vehicles",
            ),
            optional(
                "connection_share",
                "Float64",
                "1",
                "of that power: at companies whose present connection carries it",
            ),
        ),
    ),
    Table(
        "plan_class",
        "result",
        "Plan class of a terrain, with the rule that gave it and what would change it.",
        (
            RUN,
            TERRAIN,
            YEAR,
            SCENARIO,
            Column("plan_class", "String", "", "own_site, collective, mitigate or not_known"),
            Column("rule_code", "String", "", "rule that decided; its words are in the catalogue"),
            optional("margin", "Float64", "1", "of a score to the threshold that changes class"),
            optional("margin_score", "String", "", "fit_own, fit_shared, plot, connection, known"),
            optional("next_class", "String", "", "class beyond that threshold"),
            Column("class_with_smart", "String", "", "if companies charge smart by themselves"),
            Column("is_hub_in_reach", "Boolean", "", "a shared hub stands within reach"),
            Column("hub_reach_km", "Float64", "km", "that reach, by road"),
            optional(
                "own_site_from_year",
                "Int64",
                "",
                "unmanaged fits for good from then on (p50); empty: not before 2050, not known",
            ),
        ),
    ),
    Table(
        "plan_class_cases",
        "result",
        "Plan class of a terrain with one threshold moved by a fifth.",
        (
            RUN,
            TERRAIN,
            YEAR,
            SCENARIO,
            key("threshold_key", "String", "assumption that is moved"),
            key("threshold_factor", "Float64", "times its value", "1"),
            Column("plan_class", "String", "", "as in plan_class"),
        ),
    ),
    Table(
        "plan_class_sensitivity",
        "result",
        "Part of the terrains whose plan class changes when one threshold moves.",
        (
            RUN,
            key("threshold_key", "String", "assumption that moves"),
            key("threshold_factor", "Float64", "times its value", "1"),
            YEAR,
            SCENARIO,
            Column("changed_share", "Float64", "1", "of all terrains"),
        ),
    ),
)
