"""stub"""

from liaisonbot.desk import Desk
from liaisonbot.polls import Poll
from liaisonbot.ports import UnitOfWork


def offer(uow: UnitOfWork, desk: Desk, poll: Poll) -> None:
    """stub"""
