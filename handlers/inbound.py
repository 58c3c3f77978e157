"""The border on the way in: Telegram's updates become values of ``liaisonbot/incoming.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberUpdated,
    ChatPermissions,
    InaccessibleMessage,
    MaybeInaccessibleMessage,
    Message,
    MessageEntity,
    User,
)
from telegram import Poll as TelegramPoll
from telegram import PollAnswer as TelegramPollAnswer
from telegram.constants import ChatType

from liaisonbot import nothing
from liaisonbot.incoming import (
    Bot,
    ButtonPress,
    CommandCall,
    GroupMoved,
    IncomingMessage,
    MembershipChange,
    Place,
    PollAnswer,
    PollShown,
    QuotedMessage,
    Sender,
)
from liaisonbot.model import Attachment

KINDS_WITH_FILE: Final = ("video", "animation", "audio", "document", "sticker", "video_note", "voice")
"""Telegram sends an animation as a document besides: the first kind found counts."""

# fmt: off
SERVICE: Final = frozenset({
    "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo",
    "group_chat_created", "supergroup_chat_created", "channel_chat_created", "message_auto_delete_timer_changed",
    "migrate_to_chat_id", "migrate_from_chat_id", "pinned_message", "users_shared", "chat_shared",
    "connected_website", "write_access_allowed", "proximity_alert_triggered", "boost_added", "chat_background_set",
    "chat_owner_changed", "chat_owner_left", "forum_topic_created", "forum_topic_edited", "forum_topic_closed",
    "forum_topic_reopened", "general_forum_topic_hidden", "general_forum_topic_unhidden", "giveaway_created",
    "giveaway_completed", "video_chat_scheduled", "video_chat_started", "video_chat_ended",
    "video_chat_participants_invited", "successful_payment", "refunded_payment", "checklist_tasks_added",
    "checklist_tasks_done", "direct_message_price_changed", "paid_message_price_changed", "gift_upgrade_sent",
    "managed_bot_created", "poll_option_added", "poll_option_deleted", "suggested_post_approved",
    "suggested_post_approval_failed", "suggested_post_declined", "suggested_post_paid", "suggested_post_refunded",
})
"""Fields of messages in which Telegram itself says that something happened. Nobody wrote those."""
# fmt: on

UNSUPPORTED: Final = (
    "poll",
    "dice",
    "story",
    "game",
    "paid_media",
    "checklist",
    "invoice",
    "giveaway",
    "giveaway_winners",
    "passport_data",
    "web_app_data",
    "gift",
    "unique_gift",
)


def message(said: Message, update_id: int, bot: Bot) -> IncomingMessage | None:
    """What somebody wrote or sent; None for what Telegram itself notes down in a chat."""
    place = _place(said)
    if place is None:
        return None
    text = _clean(said.text or said.caption)
    attachments = _attachments(said)
    unsupported = None
    if text is None and not attachments:
        if any(getattr(said, field, None) for field in SERVICE):
            return None
        unsupported = _unsupported(said)
    elif said.poll or said.checklist:
        unsupported = _unsupported(said)
    command = _command(said, bot)
    return IncomingMessage(
        update_id=update_id,
        place=place,
        sender=_author(said),
        message_id=said.message_id,
        sent_at=said.date,
        text=text,
        command=command,
        mention=None if command or place.private else _mention(said, bot),
        attachments=attachments,
        media_group_id=said.media_group_id,
        quoted=_quoted(said, bot),
        unsupported=unsupported,
        via_start_button=place.private and command is not None and command.name == "start",
    )


def group_moved(said: Message, update_id: int) -> GroupMoved | None:
    """The two chats' announcements say the same."""
    if said.migrate_to_chat_id is not None:
        return GroupMoved(update_id, said.chat.id, said.migrate_to_chat_id)
    if said.migrate_from_chat_id is not None:
        return GroupMoved(update_id, said.migrate_from_chat_id, said.chat.id)
    return None


def press(query: CallbackQuery, update_id: int) -> ButtonPress:
    """A button that was pressed. ``data`` may be anything: people can send what was never offered."""
    below = query.message
    return ButtonPress(
        update_id=update_id,
        callback_id=query.id,
        sender=_sender(query.from_user),
        place=_place(below) if below is not None else None,
        message_id=below.message_id if below is not None else None,
        data=_clean(query.data) or "",
    )


def poll_answer(answer: TelegramPollAnswer, update_id: int) -> PollAnswer | None:
    """Somebody's vote in a native poll; None for one given in the name of a chat, which is nobody's."""
    if answer.user is None:
        return None
    return PollAnswer(update_id, answer.poll_id, _sender(answer.user), tuple(answer.option_ids))


def poll_shown(poll: TelegramPoll, update_id: int) -> PollShown:
    """A native poll of ours, as it stands now."""
    ends_at = int(poll.close_date.timestamp()) if poll.close_date is not None else None
    return PollShown(update_id, poll.id, len(poll.options), ends_at)


def membership(
    change: ChatMemberUpdated, update_id: int, bot: Bot, permissions: ChatPermissions | None = None
) -> MembershipChange | None:
    """Our own standing in a chat changed; None for channels, where we have no business.

    ``permissions``: what the group lets ordinary members do, where that was asked for.
    """
    place = _chat(change.chat)
    if place is None:
        return None
    member = change.new_chat_member
    administrator = member.status in (ChatMember.ADMINISTRATOR, ChatMember.OWNER)
    return MembershipChange(
        update_id=update_id,
        place=place,
        by=_sender(change.from_user),
        present=_is_present(member),
        was_present=_is_present(change.old_chat_member),
        administrator=administrator,
        may_send=_may(member, "can_send_messages", permissions),
        might_send=_may(change.old_chat_member, "can_send_messages", permissions),
        may_send_media=all(_may(member, right, permissions) for right in ("can_send_photos", "can_send_documents")),
        reads_everything=administrator or bot.reads_all_group_messages,
    )


def _is_present(member: ChatMember) -> bool:
    if member.status == ChatMember.RESTRICTED:
        return bool(getattr(member, "is_member", False))
    return member.status in (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.OWNER)


def _may(member: ChatMember, right: str, permissions: ChatPermissions | None) -> bool:
    """Only a restricted member is told which rights it has; an ordinary one has what the group permits."""
    if member.status in (ChatMember.ADMINISTRATOR, ChatMember.OWNER):
        return True
    permitted = permissions is None or getattr(permissions, right) is not False
    return permitted and (member.status != ChatMember.RESTRICTED or bool(getattr(member, right, True)))


def _place(said: MaybeInaccessibleMessage) -> Place | None:
    thread_id = None
    if isinstance(said, Message) and said.is_topic_message:
        # Answers in ordinary groups carry a thread id as well; only in topics it is a place.
        thread_id = said.message_thread_id
    return _chat(said.chat, thread_id)


def _chat(chat: Chat, thread_id: int | None = None) -> Place | None:
    if chat.type == Chat.CHANNEL:
        return None
    return Place(chat.id, str(chat.type), _clean(chat.title), thread_id)


def _author(said: Message) -> Sender | None:
    """None where the message was written as the group or as a channel: ``from`` is a stand-in then."""
    if said.sender_chat is not None or said.from_user is None:
        return None
    return _sender(said.from_user)


def _sender(user: User) -> Sender:
    return Sender(user.id, user.username, user.language_code, user.is_bot)


def _quoted(said: Message, bot: Bot) -> QuotedMessage | None:
    quoted = said.reply_to_message
    if quoted is None or isinstance(quoted, InaccessibleMessage) or quoted.forum_topic_created is not None:
        # Every message of a topic answers, for Telegram, the one that opened it.
        return None
    return QuotedMessage(
        message_id=quoted.message_id,
        sender=_author(quoted),
        from_us=quoted.from_user is not None and quoted.from_user.id == bot.id,
        text=_clean(quoted.text or quoted.caption),
        attachments=_attachments(quoted),
        media_group_id=quoted.media_group_id,
    )


# --- words ------------------------------------------------------------------------------------------------------------


def _words(said: Message) -> tuple[str, tuple[MessageEntity, ...]]:
    if said.text:
        return said.text, said.entities
    return said.caption or "", said.caption_entities


def _command(said: Message, bot: Bot) -> CommandCall | None:
    """``/name rest`` or ``/name@us rest``; in a group, what is addressed to another bot is no command here.

    In the private chat nobody else is there: a name copied along with the command means nothing.
    """
    text, entities = _words(said)
    if not text.startswith("/"):
        return None
    for entity in entities:
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            # A command is plain ASCII, so Telegram's UTF-16 units are characters here.
            name, _, addressee = text[1 : entity.length].partition("@")
            if addressee and addressee.lower() != bot.username.lower() and said.chat.type != ChatType.PRIVATE:
                return None
            return CommandCall(name.lower(), (_clean(text[entity.length :]) or "").strip(), to_us=bool(addressee))
    return None


def _mention(said: Message, bot: Bot) -> str | None:
    """The words beside the first mention of us."""
    text, entities = _words(said)
    for entity in entities:
        if entity.type not in (MessageEntity.MENTION, MessageEntity.TEXT_MENTION):
            continue
        units = text.encode("utf-16-le", "surrogatepass")
        start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
        named = units[start:end].decode("utf-16-le", "replace")
        if named.lower() == f"@{bot.username.lower()}" or (entity.user is not None and entity.user.id == bot.id):
            before, after = (part.decode("utf-16-le", "replace").strip() for part in (units[:start], units[end:]))
            return _clean(f"{before} {after}".strip()) or ""
    return None


def _clean(text: str | None) -> str | None:
    """Without what no database takes: NUL, and halves of characters. None for nothing, and where nothing is seen."""
    if not text or nothing.is_blank(text):
        return None
    return text.replace("\0", "").encode("utf-8", "replace").decode()


# --- what is not words ------------------------------------------------------------------------------------------------


def _attachments(said: Message) -> tuple[Attachment, ...]:
    if said.photo:
        largest = max(said.photo, key=lambda size: size.width * size.height)
        return (_file("photo", largest),)
    for kind in KINDS_WITH_FILE:
        file = getattr(said, kind)
        if file is not None:
            return (_file(kind, file),)
    for kind, details in _DETAILS.items():
        thing = getattr(said, kind)
        if thing is not None:
            return (
                Attachment(kind, details={key: value for key, value in details(thing).items() if value is not None}),
            )
    return ()


def _file(kind: str, file: Any) -> Attachment:
    return Attachment(kind, file.file_id, unique_id=file.file_unique_id)


_DETAILS: Final[Mapping[str, Callable[[Any], dict[str, Any]]]] = {
    # A venue has a location besides, so it comes first.
    "venue": lambda venue: {
        "latitude": venue.location.latitude,
        "longitude": venue.location.longitude,
        "title": _clean(venue.title) or "",
        "address": _clean(venue.address) or "",
    },
    "location": lambda location: {"latitude": location.latitude, "longitude": location.longitude},
    "contact": lambda contact: {
        "phone_number": _clean(contact.phone_number) or "",
        "first_name": _clean(contact.first_name) or "",
        "last_name": _clean(contact.last_name),
        "user_id": contact.user_id,
    },
}


def _unsupported(said: Message) -> str:
    """Telegram's name of what we cannot keep; kinds younger than the library are found among what it did not know."""
    for kind in UNSUPPORTED:
        if getattr(said, kind, None):
            return kind
    return next(iter(said.api_kwargs), "message")
