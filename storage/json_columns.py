"""How JSON columns are written and read, on either engine the same."""

from __future__ import annotations

from typing import Any, Final

from liaisonbot import as_json

AS_JSON: Final[dict[str, Any]] = {"json_serializer": as_json.text, "json_deserializer": as_json.read}
"""For SQLAlchemy, wherever an engine or a dialect is made for units of work."""
