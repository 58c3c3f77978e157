"""What the sandbox answers when it refuses a call, in Telegram's words where they are known.

ApiError          an answer with "ok": false
└─ Conflict       two programs want the updates of one bot
Impossible        a person in the sandbox tried what no Telegram client would let them do
"""

from typing import Any


class ApiError(Exception):
    """A refusal, as the Bot API words it."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def wire(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class Conflict(ApiError):
    """Someone else fetches this bot's updates, or a webhook does."""

    def __init__(self, why: str) -> None:
        super().__init__(409, f"Conflict: {why}")


class Impossible(Exception):
    """What was asked of a person cannot be done in Telegram: the test or the page is mistaken, not the bot."""


def bad_request(why: str, **parameters: Any) -> ApiError:
    return ApiError(400, f"Bad Request: {why}", **parameters)


def forbidden(why: str) -> ApiError:
    return ApiError(403, f"Forbidden: {why}")


def too_many_requests(retry_after: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def unauthorized() -> ApiError:
    return ApiError(401, "Unauthorized")


def not_found(why: str = "") -> ApiError:
    return ApiError(404, f"Not Found: {why}" if why else "Not Found")
