"""Who receives people at a station, and when."""

from __future__ import annotations

from datetime import date


class NoRota:
    """See ``ports.Receptions``. While no rota is kept, nobody is on duty on any day."""

    def on_duty(self, station_id: int, day: date) -> frozenset[int]:
        return frozenset()

    def days_of(self, deputy_id: int, since: date, limit: int = 3) -> list[date]:
        return []
