"""The forecast, told in the order a planner tells it; see `forecast.pipeline`."""
