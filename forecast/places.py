"""All charge points together: depots, shared hubs and sites along the roads."""

from __future__ import annotations

import polars as pl

from forecast.hubs import HubPlan
from forecast.sites import SitePlan


def collect_charge_points(
    depot_points: pl.DataFrame, hub_plan: HubPlan, site_plan: SitePlan
) -> pl.DataFrame:
    """Return `charge_points` without its run."""
    return pl.concat([depot_points, hub_plan.points, site_plan.points])
