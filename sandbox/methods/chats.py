"""What the bot can learn of chats and their members, and topics it makes."""

from sandbox import access, wire
from sandbox.errors import bad_request
from sandbox.methods import Params, serves
from sandbox.model import PRESENT, Chat, ChatType, Member, Status, Topic, Wire
from sandbox.world import World

ADMINISTRATORS = (Status.CREATOR, Status.ADMINISTRATOR)


@serves("getChat")
def get_chat(world: World, p: Params) -> Wire:
    return wire.full_chat(access.readable(world, p["chat_id"]))


@serves("getChatMember")
def get_chat_member(world: World, p: Params) -> Wire:
    chat = access.inside(world, p["chat_id"])
    user = world.users.get(p["user_id"])
    if user is None:
        raise bad_request("PARTICIPANT_ID_INVALID" if chat.type is ChatType.SUPERGROUP else "user not found")
    if chat.type is ChatType.PRIVATE:
        return wire.member(user, Member(Status.MEMBER if user in (chat.user, world.bot) else Status.LEFT))
    return wire.member(user, chat.member(user))


@serves("getChatAdministrators")
def get_chat_administrators(world: World, p: Params) -> list[Wire]:
    chat = access.inside(world, p["chat_id"])
    if chat.type is ChatType.PRIVATE:
        raise bad_request("there are no administrators in the private chat")
    people = ((world.users[id], member) for id, member in chat.members.items())
    return [
        wire.member(user, member)
        for user, member in people
        if member.status in ADMINISTRATORS and (not user.is_bot or user is world.bot)
    ]


@serves("getChatMemberCount")
def get_chat_member_count(world: World, p: Params) -> int:
    chat = access.readable(world, p["chat_id"])
    if chat.type is ChatType.PRIVATE:
        return 2
    return sum(member.status in PRESENT for member in chat.members.values())


@serves("leaveChat")
def leave_chat(world: World, p: Params) -> bool:
    chat = access.inside(world, p["chat_id"])
    if chat.type is ChatType.PRIVATE:
        raise bad_request("chat member status can't be changed in private chats")
    world.serve(chat, "left_chat_member", world.bot.wire, world.bot)
    world.set_member(chat, world.bot, Member(Status.LEFT), world.bot)
    return True


@serves("createForumTopic")
def create_forum_topic(world: World, p: Params) -> Wire:
    chat = _forum(world, p)
    topic = world.add_topic(chat, p["name"], world.bot, p.get("icon_color", 0x6FB9F0))
    return topic.wire


@serves("editForumTopic")
def edit_forum_topic(world: World, p: Params) -> bool:
    chat, topic = _topic(world, p)
    if p.get("name"):
        topic.name = p["name"]
        world.serve(chat, "forum_topic_edited", {"name": topic.name}, world.bot, topic=topic)
    return True


@serves("closeForumTopic")
def close_forum_topic(world: World, p: Params) -> bool:
    return _set_closed(world, p, closed=True)


@serves("reopenForumTopic")
def reopen_forum_topic(world: World, p: Params) -> bool:
    return _set_closed(world, p, closed=False)


@serves("deleteForumTopic")
def delete_forum_topic(world: World, p: Params) -> bool:
    chat, topic = _topic(world, p)
    del chat.topics[topic.id]
    for message in chat.messages:
        if message.topic is topic:
            world.delete(message)
    return True


def _set_closed(world: World, p: Wire, *, closed: bool) -> bool:
    chat, topic = _topic(world, p)
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    world.serve(chat, "forum_topic_closed" if closed else "forum_topic_reopened", {}, world.bot, topic=topic)
    return True


def _forum(world: World, p: Wire) -> Chat:
    chat = access.inside(world, p["chat_id"])
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if not access.allowed(chat, world.bot, "can_manage_topics"):
        raise bad_request("not enough rights to create a topic")
    return chat


def _topic(world: World, p: Wire) -> tuple[Chat, Topic]:
    chat = _forum(world, p)
    topic = chat.topics.get(p["message_thread_id"])
    if topic is None:
        raise bad_request("message thread not found")
    return chat, topic
