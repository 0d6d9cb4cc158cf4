"""Quarter-hour meter data of companies: what is held, and what charging fits beside it."""
