"""Room for charging on the connection of a terrain, as far as an adviser knows it.

Plain Python, so that asking for one terrain pays for no other library.
"""

from __future__ import annotations

from collections.abc import Mapping


def connection_room_kw(known: Mapping[str, float]) -> float | None:
    """Return the room for charging on a connection [kW]; None where it is not known.

    ``room = min(contract, connection) - other load``: a kVA carries at most a kW. Without a number
    for the other load it is taken to be none. Zero or less: there is no room.

    Parameters
    ----------
    known
        Values of the fields ``contract_kw``, ``connection_kva`` and ``other_load_kw``, those that
        are known; others are passed over.

    Examples
    --------
    >>> connection_room_kw({"contract_kw": 400.0, "connection_kva": 630.0, "other_load_kw": 150.0})
    250.0
    """
    carried = [known[name] for name in ("contract_kw", "connection_kva") if name in known]
    return min(carried) - known.get("other_load_kw", 0.0) if carried else None
