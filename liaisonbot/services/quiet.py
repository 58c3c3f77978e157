"""The hours in which nobody is disturbed (``duty.quiet_hours``)."""

from __future__ import annotations

from datetime import datetime, timedelta

from liaisonbot.desk import Desk


def until(desk: Desk) -> datetime | None:
    """When the quiet hours that are on now end; None outside of them."""
    hours = desk.settings.duty.quiet
    local = desk.now.astimezone(desk.timezone)
    if hours is None or local.time() not in hours:
        return None
    end = local.replace(hour=hours.end.hour, minute=hours.end.minute, second=0, microsecond=0)
    return end if end > local else end + timedelta(days=1)
