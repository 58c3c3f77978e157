"""How the sandbox's records look in the Bot API's JSON."""

from typing import Any

from sandbox.model import CallbackQuery, Chat, Member, Message, Status, User, Wire

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
)
PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
GROUP_DEFAULTS = dict.fromkeys(PERMISSIONS, True) | {
    "can_change_info": False,
    "can_pin_messages": False,
    "can_manage_topics": False,
}


def message(shown: Message, *, with_reply: bool = True) -> Wire:
    """The Bot API's Message; a message answered to is shown once, not its own answers."""
    wire: Wire = {"message_id": shown.id, "chat": shown.chat.wire, "date": shown.date}
    if shown.sender is not None:
        wire["from"] = shown.sender.wire
    if shown.sender_chat is not None:
        wire["sender_chat"] = shown.sender_chat.wire
    if shown.topic is not None:
        wire["message_thread_id"] = shown.topic.id
        wire["is_topic_message"] = True
    if with_reply and (answered := _answered(shown)) is not None:
        wire["reply_to_message"] = message(answered, with_reply=False)
    for key, value in (
        ("edit_date", shown.edit_date),
        ("media_group_id", shown.album),
        ("forward_origin", shown.origin),
        ("quote", shown.quote),
        ("reply_markup", shown.markup),
        ("has_protected_content", shown.protected),
        ("is_automatic_forward", shown.automatic_forward),
    ):
        if value:
            wire[key] = value
    if shown.poll is not None:
        wire["poll"] = shown.poll.wire
    wire.update(shown.content)
    return wire


def _answered(shown: Message) -> Message | None:
    """What the message answers; in a topic, by default, the message that created it, as Telegram has it."""
    answered = shown.reply_to
    if answered is None and shown.topic is not None:
        answered = shown.topic.created
    return None if answered is None or answered.deleted or answered is shown else answered


def accessible(shown: Message) -> Wire:
    """A message as a callback query shows it: whole, or only where it was if it is gone."""
    if shown.deleted:
        return {"chat": shown.chat.wire, "message_id": shown.id, "date": 0}
    return message(shown)


def callback_query(query: CallbackQuery) -> Wire:
    return {
        "id": query.id,
        "from": query.user.wire,
        "message": accessible(query.message),
        "chat_instance": str(abs(query.message.chat.id)),
        "data": query.data,
    }


def member(user: User, standing: Member) -> Wire:
    """The Bot API's ChatMember, in the form that fits the status."""
    wire: Wire = {"status": standing.status.value, "user": user.wire}
    match standing.status:
        case Status.CREATOR:
            wire["is_anonymous"] = standing.anonymous
        case Status.ADMINISTRATOR:
            wire |= {right: standing.rights.get(right, False) for right in ADMIN_RIGHTS}
            wire |= {"can_be_edited": False, "is_anonymous": standing.anonymous}
        case Status.RESTRICTED:
            wire |= {permission: standing.rights.get(permission, False) for permission in PERMISSIONS}
            wire |= {"is_member": True, "until_date": 0}
        case Status.KICKED:
            wire["until_date"] = 0
    if standing.title:
        wire["custom_title"] = standing.title
    return wire


def full_chat(chat: Chat) -> Wire:
    """The Bot API's ChatFullInfo."""
    wire = chat.wire
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    wire |= {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, False)}
    if chat.is_group:
        wire["permissions"] = chat.permissions
    if chat.pinned and (pinned := chat.history.get(chat.pinned[-1])) is not None:
        wire["pinned_message"] = message(pinned, with_reply=False)
    return wire


def reactions(emoji: list[str]) -> list[Wire]:
    return [{"type": "emoji", "emoji": one} for one in emoji]


def membership(chat: Chat, by: User, user: User, old: Member, new: Member, date: int) -> dict[str, Any]:
    """The Bot API's ChatMemberUpdated."""
    return {
        "chat": chat.wire,
        "from": by.wire,
        "date": date,
        "old_chat_member": member(user, old),
        "new_chat_member": member(user, new),
    }
