"""A Telegram of our own, for trying out and for tests: a local Bot API server and the people who use it."""

from sandbox.errors import Impossible
from sandbox.model import Button, Call, CallbackQuery, Message, Topic
from sandbox.people import Person
from sandbox.rooms import Room
from sandbox.sandbox import Sandbox

__all__ = ["Button", "Call", "CallbackQuery", "Impossible", "Message", "Person", "Room", "Sandbox", "Topic"]
