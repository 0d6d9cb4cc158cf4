"""A survey of the companies of a terrain: the form, the answers, and what they add up to."""
