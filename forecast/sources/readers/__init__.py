"""Readers of the files that publishers give out: one file per source, see `contract`."""
