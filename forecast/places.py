"""All charge points together: depots, shared hubs and sites along the roads."""

from __future__ import annotations

import polars as pl

from forecast.hubs import HubPlan
from forecast.schema import no_results
from forecast.sites import SitePlan


def collect_charge_points(
    depot_points: pl.DataFrame, hub_plan: HubPlan, site_plan: SitePlan
) -> pl.DataFrame:
    """Return `charge_points` without its run."""
    columns = no_results("charge_points").columns
    frames = (depot_points, hub_plan.points, site_plan.points)
    return pl.concat(frame.select(columns) for frame in frames)
