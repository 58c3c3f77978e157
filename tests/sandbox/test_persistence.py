"""A world that is kept goes on where it ended."""

import asyncio
import errno
import json
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from sandbox import Sandbox, persistence
from sandbox.persistence import UnreadableState
from tests.sandbox.conftest import bot_of

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("受理", callback_data="a:1")]])


async def test_everything_is_there_again(tmp_path: Path) -> None:
    """People, chats, messages, votes, files, what the bot has not fetched, and the clock."""
    file = tmp_path / "telegram.json"
    async with Sandbox(state_file=file) as sandbox, bot_of(sandbox) as bot:
        alice = sandbox.user("Alice", language="en", username="alice")
        forum = sandbox.forum("Forum", [alice], topics=["路灯"], admin=True)
        question = alice.writes(forum, "/report lamp", thread=next(iter(forum.topics)))
        await bot.send_poll(forum.id, "Q", ["a", "b"], is_anonymous=False)
        assert forum.last is not None
        alice.votes(forum.last, [1])
        alice.sends_photo(alice.chat, "look", data=b"pixels")
        await bot.send_message(alice.id, "<b>card</b>", parse_mode="HTML", reply_markup=KEYBOARD)
        alice.edits(question, "/report lamps")
        await bot.set_my_commands([("help", "Help")])
        pending = sandbox.updates_pending
        sandbox.clock.move(timedelta(hours=1))
        before, seq = sandbox.clock.now(), sandbox.world.feed.seq

    async with Sandbox(state_file=file) as again, bot_of(again) as bot:
        alice = again.person("Alice")
        forum = next(chat for chat in again.world.chats.values() if chat.is_forum)  # type: ignore[assignment]
        poll, photo, card = forum.messages[-1], alice.chat.messages[0], alice.chat.messages[1]

        assert again.updates_pending == pending
        assert timedelta(0) <= again.clock.now() - before < timedelta(seconds=10)
        assert again.world.feed.seq >= seq
        assert (alice.username, alice.language_code) == ("alice", "en")
        assert poll.poll is not None
        assert poll.poll.votes == {alice.id: [1]}
        assert [m.versions for m in forum.messages if m.text == "/report lamps"] == [["/report lamp"]]
        assert again.world.files.read(again.world.files.by_id[str(photo.file_id)]) == b"pixels"
        assert (card.labels, card.entities[0]["type"], card.by_bot) == (["受理"], "bold", True)
        assert (await bot.get_my_commands())[0].command == "help"
        last = forum.last.id if forum.last else 0
        topic = next(iter(forum.topics.values()))
        answered = await bot.send_message(forum.id, "x", message_thread_id=topic.id)
        assert answered.message_id == last + 1
        assert topic.created is not None
        assert alice.says("new").id > card.id


async def test_it_is_saved_while_running(tmp_path: Path) -> None:
    """A demo that is killed keeps what it showed, but for the last second."""
    file = tmp_path / "telegram.json"
    async with Sandbox(state_file=file) as sandbox:
        sandbox.user("Alice").says("hello")

        await sandbox.wait_for(file.exists, what="the saved state")

        assert "hello" in file.read_text(encoding="utf-8")
        assert not file.with_name("telegram.json.new").exists()


async def test_what_could_not_be_saved_is_saved_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that was full for a while does not end the saving."""
    file, write, refused = tmp_path / "telegram.json", persistence.write, threading.Event()

    def full_at_first(path: Path, text: str) -> None:
        if refused.is_set():
            return write(path, text)
        refused.set()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("sandbox.sandbox.SAVE_EVERY", 0.01)
    monkeypatch.setattr(persistence, "write", full_at_first)
    async with Sandbox(state_file=file) as sandbox:
        sandbox.user("Alice").says("hello")
        await sandbox.wait_for(file.exists, what="the saved state")

        assert "hello" in file.read_text(encoding="utf-8")


async def test_after_a_crash_no_number_comes_twice(tmp_path: Path) -> None:
    """What happened after the last saving is gone here, and a bot has seen it: its numbers are not given again."""
    file, cut = tmp_path / "telegram.json", tmp_path / "cut.json"
    async with Sandbox(state_file=file) as sandbox:
        alice = sandbox.user("Alice")
        group = sandbox.supergroup("Group", [alice], bot=True)
        alice.presses_data(alice.says("kept"), "x")
        unused = {kind for kind in ("album", "poll") if kind not in sandbox.world.counters}
        group_id = group.id
        cut.write_text(persistence.dump(sandbox.world), encoding="utf-8")
        lost = [alice.says("/lost"), alice.writes(group, "/lost")]
        picture = alice.sends_photo(alice.chat, data=b"lost")
        asked = alice.presses_data(lost[0], "x")
        given = {kind: sandbox.world.number(kind) for kind in unused}
        heard = [update["update_id"] for update in sandbox.updates_pending]

    async with Sandbox(state_file=cut):
        pass  # and so it stays after an orderly end
    async with Sandbox(state_file=cut) as again:
        alice = again.person("Alice")
        said = [alice.says("/new"), alice.writes(again.world.chats[group_id], "/new")]

        assert all(new.id > old.id for new, old in zip(said, lost, strict=True))
        assert int(alice.presses_data(said[0], "x").id) > int(asked.id)
        assert alice.sends_photo(alice.chat).file_id > picture.file_id
        assert unused
        assert all(again.world.number(kind) > number for kind, number in given.items()), "not in use at the last saving"
        assert again.updates_pending[-1]["update_id"] > max(heard)


@pytest.mark.parametrize(
    "content", ["not json", "[]", json.dumps({"format": 0}), json.dumps({"format": persistence.FORMAT, "users": []})]
)
async def test_a_file_that_is_not_ours_is_refused(tmp_path: Path, content: str) -> None:
    """And left as it is."""
    file = tmp_path / "telegram.json"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(UnreadableState):
        await Sandbox(state_file=file).start()

    assert file.read_text(encoding="utf-8") == content


async def test_the_last_state_is_what_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who closes while a save is under way waits for it: two writers must not meet in one file."""
    file, begun, go_on = tmp_path / "telegram.json", threading.Event(), threading.Event()
    write = persistence.write

    def slow_write(path: Path, text: str) -> None:
        if not begun.is_set():
            begun.set()
            assert go_on.wait(5)
        write(path, text)

    monkeypatch.setattr("sandbox.sandbox.SAVE_EVERY", 0.01)
    monkeypatch.setattr(persistence, "write", slow_write)
    sandbox = await Sandbox(state_file=file).start()
    alice = sandbox.user("Alice")
    await sandbox.wait_for(begun.is_set, what="a save")
    alice.says("the last word")
    closing = asyncio.create_task(sandbox.close())
    await asyncio.sleep(0.05)
    assert not closing.done()
    go_on.set()
    await closing

    async with Sandbox(state_file=file) as again:
        assert again.person("Alice").sees() == ["the last word"]
