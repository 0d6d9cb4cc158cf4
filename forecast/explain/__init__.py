"""Opening a figure of a terrain into its chain, down to register, tables and assumptions.

A figure is a `forecast.explain.node.Node`: what it is, the formula, the figures it was made of
(nodes again) and the assumptions that the step read. Every step of a chain is computed once more,
by the functions of the pipeline, from what the run stored.
"""
