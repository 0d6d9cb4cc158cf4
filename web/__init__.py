"""The local pages of `laadvraag serve`: the terrain tool in a browser."""
