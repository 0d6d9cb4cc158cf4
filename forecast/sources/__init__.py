"""Read the source data: one file per source, each turning files into tables of `forecast.schema`.

A reader refuses what it doesn't understand with one sentence, and loses no row.
"""
