"""What is done about cases: held, reopened, promised, handed on, looked at again, mediated."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Protocol

from liaisonbot.model import (
    Case,
    DeliveryCheck,
    DisputeAgreement,
    DisputeParty,
    DisputeSession,
    Handing,
    Held,
    Lookback,
    LookbackQuestion,
    OwnTemplate,
    Pledge,
    PledgeFigures,
    Unit,
)
from liaisonbot.vocabulary import (
    Delivery,
    PledgeEnd,
    PledgeState,
    Rating,
    ReplyClass,
)


class Guarded(Protocol):
    """What the guard found in cases."""

    def add(
        self,
        case: int,
        topic: str,
        rule: str,
        now: datetime,
        *,
        deputy_id: int | None = None,
        accused: Collection[int] = (),
        mark: str | None = None,
    ) -> None:
        """Note it. ``deputy_id``: who had the case until now."""

    def of_case(self, case: int) -> list[Held]:
        """Oldest first."""

    def accused(self, case: int) -> frozenset[int]:
        """The roster ids of the deputies and staff whom the case accuses, or one that is part of it now."""

    def accusations(self) -> list[int]:
        """The numbers of the cases that accuse anybody, be they known or not, and are no false alarm."""

    def accuse(self, case: int, entry_ids: Collection[int]) -> None:
        """These are accused as well by what was found in the case, as it turns out."""

    def accusing(self, entry_id: int) -> frozenset[int]:
        """The numbers of the cases that accuse that deputy or member of staff, or of which a part does."""

    def settle(self, case: int, now: datetime, by: int | None, mark: str | None) -> None:
        """What was found in the case and is not settled yet is settled now; ``by`` a person. A miss stays one."""

    def mark(self, case: int, mark: str) -> None:
        """Say of everything found in the case what nobody has said of it yet, or taken for a miss: ``right`` or
        ``false_alarm``. Where there is nothing of that, it is said of what was called right.
        """

    def waiting(
        self, station_ids: Collection[int] | None, *, offset: int = 0, limit: int = 8
    ) -> tuple[list[Case], int]:
        """Held cases of those stations (None: all), oldest first, and how many there are."""

    def marks(self) -> list[tuple[str, str, Mapping[str, int]]]:
        """For each topic and rule how often it spoke (``found``), and how often each mark was given."""


class Reopenings(Protocol):
    """Closed cases whose author has asked for them to be taken up again, until staff have decided."""

    def ask(self, case: int, person_id: int, now: datetime) -> bool:
        """False when it was asked already and waits."""

    def waiting(self, case: int) -> bool: ...
    def settle(self, case: int) -> bool:
        """It was decided; whether anybody waited."""

    def page(self, station_ids: Collection[int] | None, *, offset: int = 0, limit: int = 8) -> tuple[list[Case], int]:
        """Those that wait, of those stations (None: of all), the longest first; how many."""


class ReplyTemplates(Protocol):
    """What deputies have saved to begin replies with. Each sees their own only."""

    def of(self, deputy_id: int) -> list[OwnTemplate]:
        """Oldest first."""

    def get(self, deputy_id: int, template_id: int) -> OwnTemplate | None: ...
    def add(
        self,
        deputy_id: int,
        *,
        name: str,
        reply_class: ReplyClass,
        category: str,
        text: str,
        case: int | None,
        now: datetime,
    ) -> OwnTemplate:
        """Keep it. ``case``: from whose reply it was saved; it goes when that case's author is forgotten."""

    def rename(self, deputy_id: int, template_id: int, name: str) -> None: ...
    def remove(self, deputy_id: int, template_id: int) -> bool:
        """Whether there was one."""


class Promises(Protocol):
    """The promise ledger: what replies of class B promised for which day, and what became of it."""

    def make(self, case: int, deputy_id: int | None, day: date, now: datetime, *, instead_of: Pledge | None) -> Pledge:
        """A new line; ``instead_of`` is the one whose day was moved."""

    def open_of(self, case: int) -> Pledge | None:
        """The line of that case that has not ended; there is at most one."""

    def latest_of(self, case: int) -> Pledge | None: ...
    def reported(self, pledge: int, at: datetime) -> None: ...
    def asked(self, pledge: int, at: datetime) -> None: ...
    def end(self, pledge: int, ending: PledgeEnd, at: datetime, on: date) -> None: ...
    def resume(self, pledge: int) -> None:
        """It has not ended after all."""

    def to_ask(self, until: date, limit: int = 100) -> list[Pledge]:
        """Those whose day is that one or earlier and whose check was not asked; their cases wait in reply or
        follow-up.
        """

    def unreported(self, until: date, after: int = 0, limit: int = 100) -> list[Pledge]:
        """Those whose day is that one or earlier, whom nobody reported as done, and whose case waits in reply or
        follow-up, by id.
        """

    def asked_before(self, at: datetime, after: int = 0, limit: int = 100) -> list[Pledge]:
        """Those whose check was asked before then, and whose case waits in follow-up, by id."""

    def page(
        self,
        state: PledgeState,
        today: date,
        *,
        deputy_id: int | None = None,
        station_ids: Collection[int] | None = None,
        offset: int = 0,
        limit: int = 5,
    ) -> tuple[list[Pledge], int]:
        """Those in that state, of the cases that deputy has now, or of those stations (None: of all); how many."""

    def counts(
        self, today: date, *, deputy_id: int | None = None, station_ids: Collection[int] | None = None
    ) -> Mapping[PledgeState, int]: ...
    def holders(self, today: date, station_ids: Collection[int] | None) -> list[tuple[int, int, int]]:
        """(deputy, promises waiting, of these overdue), most overdue first."""

    def figures(self, since: date, until: date, as_of: datetime, station_id: int | None = None) -> PledgeFigures:
        """Of the days in [since, until), as it stood at that moment. They never change once it has passed."""

    def keep_check(self, case: int, person_id: int, pledge: int | None, result: Delivery, at: datetime) -> None: ...
    def checked_by(self, case: int, person_id: int, since: datetime) -> DeliveryCheck | None:
        """What they answered last about that case, since then."""

    def check_without_photo(self, person_id: int, since: datetime) -> DeliveryCheck | None:
        """The newest answer they gave since then that has no photo yet."""

    def newest_check(self, person_id: int, since: datetime) -> DeliveryCheck | None:
        """The newest answer they gave since then."""

    def add_photo(self, check: int, message: int) -> None: ...


class Units(Protocol):
    """The handling units (承办单位)."""

    def all(self) -> list[Unit]:
        """Active ones, by name."""

    def get(self, unit_id: int) -> Unit | None:
        """Also one that is not active any more: cases of the past name it."""

    def save(self, name: str, contact: str, categories: Collection[str]) -> Unit:
        """Make it, or change the one with that name; one that was retired is back."""

    def retire(self, unit_id: int) -> None: ...


class Handings(Protocol):
    """Which case was handed to which unit."""

    def add(self, case: int, unit_id: int, *, lead: bool, due: date, now: datetime) -> None: ...
    def again(self, handing_id: int, *, lead: bool, due: date) -> None:
        """It stays with that unit, in another part or until another day."""

    def returned(self, handing_id: int, now: datetime) -> None: ...
    def of_case(self, case: int) -> list[Handing]:
        """All of them, those that lead first."""

    def due(self, until: date, after: int = 0, limit: int = 200) -> list[Handing]:
        """Open ones whose day is that one or earlier, of cases in mediation whose clock runs; by id, after an id."""

    def of_unit(self, unit_id: int, station_ids: Collection[int] | None) -> list[Handing]:
        """Of cases of those stations; None: of all."""


class Lookbacks(Protocol):
    """Samples of closed cases, asked about once more."""

    def population(self, since: datetime, until: datetime, station_ids: Collection[int] | None) -> list[int]:
        """The numbers of the answered cases that were closed in [since, until) and are closed still, ascending."""

    def asked_since(self, person_ids: Collection[int], since: datetime) -> frozenset[int]:
        """Who of them was asked in a look-back since then."""

    def add(
        self,
        now: datetime,
        *,
        by_name: str,
        station_ids: Collection[int] | None,
        seed: str,
        size: int,
        since: date,
        until: date,
        pool: int,
    ) -> Lookback: ...
    def ask(self, lookback: int, case: int, person_id: int, rated: Rating | None, now: datetime) -> int:
        """A question of it; its id."""

    def get(self, lookback: int) -> Lookback | None: ...
    def same(self, seed: str, until: date, station_ids: Collection[int] | None) -> Lookback | None:
        """The one that was drawn with that seed on that day from those stations."""

    def latest(self, station_ids: Collection[int] | None, limit: int = 6) -> list[Lookback]:
        """Newest first; of all, or of those whose stations are among these."""

    def questions(self, lookback: int) -> list[LookbackQuestion]:
        """In the order they were drawn."""

    def question(self, question: int) -> LookbackQuestion | None: ...
    def question_about(self, case: int, person_id: int) -> LookbackQuestion | None:
        """The newest one that person was asked about that case."""

    def answered(self, question: int, answer: Rating, at: datetime) -> None: ...
    def add_words(self, question: int, words: str) -> None: ...


class Disputes(Protocol):
    """Mediation between two sides: who they are and whether they consent, what was said when, what was agreed."""

    def parties(self, case: int) -> list[DisputeParty]:
        """The constituents first, then the other side, each in the order they came."""

    def party(self, party: int) -> DisputeParty | None: ...
    def add_other(self, case: int, name: str) -> DisputeParty: ...
    def own(self, case: int, person_id: int) -> DisputeParty:
        """The author as a party of the dispute, known from now on."""

    def asked(self, party: int, at: datetime) -> None: ...
    def decided(self, party: int, consents: bool, at: datetime) -> None: ...
    def add_session(self, case: int, held_on: date, place: str, present: str, words: str, now: datetime) -> None: ...
    def sessions(self, case: int) -> list[DisputeSession]:
        """By their dates."""

    def add_agreement(self, case: int, agreed_on: date, terms: str, now: datetime) -> None: ...
    def agreement(self, case: int) -> DisputeAgreement | None:
        """The newest one."""
