"""The mathematics of charging demand: arrays in, arrays out; no files, clock or database."""
