"""Factsheets: one content model, rendered as HTML and as tagged PDF."""
