"""Answers to presses on buttons."""

from sandbox import limits
from sandbox.errors import bad_request
from sandbox.methods import Params, serves
from sandbox.world import World


@serves("answerCallbackQuery")
def answer_callback_query(world: World, p: Params) -> bool:
    query = world.queries.get(p["callback_query_id"])
    if query is None or query.answered or world.now() - query.at > limits.CALLBACK_QUERY_LIFETIME:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    query.answered = True
    query.answer = p.get("text", "")
    query.alert = p.get("show_alert", False)
    query.url = p.get("url", "")
    world.feed.add("answer", query)
    return True
