"""Fetch the real sources: from the server of a publisher to a whole, checked file on disk.

What to fetch from where stands in ``endpoints.toml``; how a kind of service is asked, page by page,
in `forecast.fetch.services`; how one answer is brought to disk politely in `forecast.fetch.web`;
where files lie and what is noted beside them in `forecast.fetch.cache`. Reading the files is the
work of `forecast.sources`.
"""
