"""Two runs of one database beside each other: what changed in figures, and in what went in."""
