"""A run beside what somebody else forecasts for the same terrains."""
