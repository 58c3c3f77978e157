"""What every service may need to know besides who is acting: the hour, the settings, who we are on Telegram."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from liaisonbot import limits
from liaisonbot.incoming import Bot
from liaisonbot.limits import Limit, Part
from liaisonbot.settings import Settings
from liaisonbot.texts import Text
from liaisonbot.working_days import NONE_ENTERED, Entered, WorkingDays, working_days


@dataclass(frozen=True, slots=True)
class Desk:
    """Made anew for each update and each tick, so that ``now`` is the same throughout a unit of work."""

    now: datetime
    settings: Settings
    bot: Bot
    deferred: bool = False
    """The update was slowed down before and has waited its turn."""
    entered: Entered = NONE_ENTERED
    """Days off and make-up days that the office entered itself."""

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.locale.timezone)

    @property
    def today(self) -> date:
        """The day it is where the stations are."""
        return self.now.astimezone(self.timezone).date()

    def begin(self, day: date) -> datetime:
        """The midnight with which that day begins where the stations are."""
        return datetime.combine(day, time(), self.timezone).astimezone(UTC)

    def moment(self, at: datetime) -> Text:
        """That day, with its weekday, and the time where the stations are: how a time that was set is said back."""
        local = at.astimezone(self.timezone)
        return Text.of("moment", date=local.date(), time=f"{local:%H:%M}")

    def limit(self, part: Part, category: str) -> Limit:
        """The time limit that holds for cases of that category."""
        return limits.limit(self.settings.cases, part, category)

    @property
    def working_days(self) -> WorkingDays:
        return working_days(self.settings.locale.timezone, self.entered)

    def is_owner(self, telegram_id: int) -> bool:
        return telegram_id in self.settings.access.owner_ids
