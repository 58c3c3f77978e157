"""``bot.py check``: what is wrong, one line each."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest

from liaisonbot.vocabulary import Role
from sandbox.sandbox import Sandbox
from storage import migrate
from tests.support.makers import a_case, a_deputy, a_station
from tests.support.ports import a_port
from tests.support.terminal import ROSTER, TOKEN, Place, Told
from tests.support.units import a_unit


async def checked(place: Place) -> Told:
    return await asyncio.to_thread(place.call, "check")


async def test_all_is_well(furnished: Place, telegram: Sandbox) -> None:
    """Exit code 0, a line for each thing looked at."""
    furnished.api = telegram.url
    furnished.configure()

    told = await checked(furnished)

    assert (told.code, told.err) == (0, "")
    for words in (
        "configuration",
        "database",
        "token: this is @liaison_demo_bot",
        "owners",
        "1 deputy, 1 staff",
        "time",
    ):
        assert words in told.out


async def test_what_is_known_of_the_webhook_is_said(furnished: Place, telegram: Sandbox) -> None:
    """Webhook mode: whether Telegram knows the address yet, and a secret that could be guessed."""
    furnished.write(
        "config.toml",
        f'[telegram]\ntoken = "{TOKEN}"\napi_base_url = "{telegram.url}"\nmode = "webhook"\n'
        'webhook_url = "https://bot.example.org/x"\nwebhook_listen = "127.0.0.1:8443"\nwebhook_secret = "short"\n'
        "[access]\nowner_ids = [1]\n",
    )

    told = await checked(furnished)

    assert told.code == 0
    assert "webhook: is not set at Telegram yet" in told.out
    assert "webhook_secret could be guessed" in told.out


async def test_a_delivery_that_failed_is_wrong_as_long_as_something_waits(furnished: Place, telegram: Sandbox) -> None:
    """Telegram remembers its last failure for long after everything was delivered."""
    url = f"http://127.0.0.1:{a_port()}/x"
    furnished.write(
        "config.toml",
        f'[telegram]\ntoken = "{TOKEN}"\napi_base_url = "{telegram.url}"\nmode = "webhook"\n'
        f'webhook_url = "{url}"\nwebhook_listen = "127.0.0.1:8443"\nwebhook_secret = "{"s" * 20}"\n'
        "[access]\nowner_ids = [1]\n",
    )
    hook = telegram.world.webhook
    await hook.set(url)
    hook.settings.last_error = (1, "Wrong response from the webhook: 502 Bad Gateway")

    assert f"ok    webhook: Telegram delivers to {url}" in (await checked(furnished)).out

    telegram.user("Alice").starts()
    told = await checked(furnished)
    assert told.code == 1
    assert "wrong webhook: Telegram could not deliver" in told.out


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("502", "answered, but not as Telegram does (Telegram is in trouble); see that telegram.api_base_url is right"),
        ("429", "asks for a pause (too many requests); try again in some minutes"),
        ("cut_before", "answered, but not as Telegram does (connection cut); see that telegram.api_base_url is right"),
    ],
)
async def test_a_server_that_answers_otherwise_is_not_out_of_reach(
    furnished: Place, telegram: Sandbox, fault: str, sentence: str
) -> None:
    """Whoever mends something begins in the right place."""
    furnished.api = telegram.url
    furnished.configure()
    telegram.faults.add(fault, "getMe")

    told = await checked(furnished)

    assert f"wrong token: could not be tried: {telegram.url} {sentence}" in told.out


def test_telegram_out_of_reach_is_said_in_words(place: Place) -> None:
    """Why, and where to look; no name out of a program."""
    place.api = f"http://127.0.0.1:{a_port()}"
    place.configure()

    (line,) = [line for line in place.call("check").out.splitlines() if line.startswith("wrong token")]

    assert line == (
        f"wrong token: could not be tried: {place.api} was not reached (not connected (Connection refused)); see that "
        "this machine gets there (network, DNS, firewall), and that telegram.api_base_url is right"
    )


def test_a_database_of_something_else_is_not_called_empty(place: Place) -> None:
    """`run` would refuse it."""
    file = place.folder / "data" / "liaison.db"
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE other (a)")

    (line,) = [line for line in place.call("check").out.splitlines() if "database: " in line]

    assert line.startswith("wrong database: ")
    assert "give LiaisonBot a database of its own in database.url" in line


async def test_a_token_telegram_does_not_know(furnished: Place, telegram: Sandbox) -> None:
    """Is not the same as a network that is down."""
    furnished.api = telegram.url
    furnished.write(
        "config.toml",
        f'[telegram]\ntoken = "42:OTHER"\napi_base_url = "{telegram.url}"\n[access]\nowner_ids = [1]',
    )

    told = await checked(furnished)

    assert told.code == 1
    assert "wrong token: Telegram does not know it" in told.out
    assert "OTHER" not in told.out + told.err


def test_everything_that_is_wrong_has_its_line(place: Place) -> None:
    """Network, owners, roster: each says what to do."""
    place.write("config.toml", f'[telegram]\ntoken = "{TOKEN}"\napi_base_url = "{place.api}"\n')
    told = place.call("check")

    wrong = [line.split(":")[0] for line in told.out.splitlines() if line.startswith("wrong")]
    assert wrong == ["wrong token", "wrong owners", "wrong roster"]
    assert (told.code, len(told.err.splitlines())) == (1, 1)


def test_without_an_owner_what_nobody_else_may_read_is_counted(furnished: Place) -> None:
    """The only member of staff is a deputy as well, and accused: nobody is told, nobody can release it."""
    furnished.write("config.toml", f'[telegram]\ntoken = "{TOKEN}"\napi_base_url = "{furnished.api}"\n')
    with a_unit(furnished.database) as uow:
        station = a_station(uow)
        deputy = a_deputy(uow, station=station)
        waits = a_case(uow, station=station, held=True, guard="accusation")
        uow.guarded.add(waits.number, "accusation", "graft", waits.created_at, accused=[deputy.id])
        staff = {"username": None, "language": None, "specialties": (), "now": waits.created_at}
        uow.roster.save(Role.STAFF, "王站长", telegram_id=deputy.telegram_id, station_ids=[station.id], **staff)
    told = furnished.call("check").out
    assert "access.owner_ids; 1 held case can be read and released by nobody until then" in told

    with a_unit(furnished.database) as uow:
        uow.roster.save(Role.STAFF, "王五", telegram_id=77, station_ids=[station.id], **staff)
    assert "held case" not in furnished.call("check").out


def test_every_key_at_fault_has_its_line(place: Place) -> None:
    """Without a configuration there is nothing else to look at."""
    place.write("config.toml", '[locale]\ntimezone = "x"\n')
    told = place.call("check")

    assert told.code == 1
    assert [line.split(" is ")[0] for line in told.out.splitlines()] == [
        "wrong configuration: telegram.token",
        "wrong configuration: locale.timezone",
    ]


def test_a_roster_file_for_the_first_start_is_read(place: Place) -> None:
    """Better now than when the bot is to start."""
    place.configure('[files]\nroster = "roster.csv"\n')
    assert "cannot be imported" in place.call("check").out
    place.write("roster.csv", ROSTER)
    assert "2 rows is imported at the first start" in place.call("check").out


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///.", "is a folder"),
        ("postgresql://liaisonbot:GE@HE:IM@127.0.0.1/liaisonbot", "%40 for @"),
        ("postgresql://liaisonbot:GE@HEIM@127.0.0.1/liaisonbot", "%40 for @"),
        ("postgresql://liaisonbot:GE@HE/IM@127.0.0.1/liaisonbot", "%40 for @"),
        ("postgresql://liaisonbot:GE@HE?IM@127.0.0.1/liaisonbot", "%40 for @"),
        ("postgresql://liaisonbot:GEHEIM@127.0.0.1:port/x", "database.url cannot be read"),
        ("postgresql://liaisonbot:GEHEIM@127.0.0.1:1/x?sslmod=off", "database.url cannot be read"),
    ],
)
def test_an_address_of_a_database_that_leads_nowhere(place: Place, url: str, words: str) -> None:
    """A sentence for each mistake, from every call; the password in none of them."""
    place.write("config.toml", f'[telegram]\ntoken = "{TOKEN}"\n[database]\nurl = "{url}"\n[access]\nowner_ids = [1]\n')
    for call in ("check", "run", "backup x", "set-aside list"):
        told = place.call(*call.split())
        assert told.code == 1
        assert words in told.out + told.err
        assert "inside LiaisonBot" not in told.err
        assert not [part for part in ("GE@HE", "HEIM", "HE:IM", "HE/IM", "HE?IM", "IM@") if part in told.out + told.err]


def test_a_file_where_the_databases_folder_should_be(place: Place) -> None:
    """Is not taken for a place where the first start makes it."""
    url = "sqlite:///config.toml/liaison.db"
    place.write("config.toml", f'[telegram]\ntoken = "{TOKEN}"\n[database]\nurl = "{url}"\n')
    told = place.call("check")
    assert "config.toml is no folder; choose another place" in told.out
    assert "is not there yet" not in told.out


def test_a_database_of_a_newer_program_is_named(furnished: Place) -> None:
    """And left alone, by every call."""
    with a_unit(furnished.database) as uow:
        uow.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    assert "9999" in furnished.call("check").out
    for words in (["set-aside", "list"], ["roster", "import", str(furnished.folder / "roster.csv")]):
        told = furnished.call(*words)
        assert told.code == 1
        assert "9999" in told.err


def test_looking_changes_nothing(place: Place) -> None:
    """A database that an update is yet to bring up to date, or an empty one, stays as it is: that is for ``run``."""
    database = place.folder / "data" / "liaison.db"
    database.parent.mkdir()
    for prepare, words in ((lambda connection: migrate.OURS.apply(connection, "0001"), "at 0001"), (None, "is empty")):
        database.unlink(missing_ok=True)
        with migrate.sqlite_transaction(database) as connection:
            if prepare is not None:
                prepare(connection)
        before = database.read_bytes()

        told = place.call("check")

        assert words in told.out
        to_do = "brings it up to date" if prepare else "or `bot.py roster import` makes it"
        for call in (["set-aside", "list"], ["export", "cases"], ["roster", "export", str(place.folder / "out.csv")]):
            told = place.call(*call)
            assert told.code == 1
            assert f"`bot.py run` {to_do}" in told.err
        assert database.read_bytes() == before
        assert not list(database.parent.glob("*before*"))
