"""Makes `botapi.json`, the part of the official Bot API schema that the sandbox checks calls against.

    python sandbox/data/prune.py PATH_TO_FULL_SCHEMA

The full schema is a machine-readable form of https://core.telegram.org/bots/api: `methods` and `types`, each with
`fields` (name, types, required, description). Kept are the methods the sandbox serves and the types their parameters
need. Descriptions go, except for what a machine can use of them: the length a text may have (`length`, with its unit),
the range of a number (`range`), how many items a list may have (`items`), the words to choose from (`one_of`), and the
one word a discriminating field must contain (`const`).
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

SERVED = [
    "getMe",
    "getUpdates",
    "setWebhook",
    "deleteWebhook",
    "getWebhookInfo",
    "sendMessage",
    "forwardMessage",
    "forwardMessages",
    "copyMessage",
    "copyMessages",
    "sendPhoto",
    "sendVideo",
    "sendVoice",
    "sendVideoNote",
    "sendAudio",
    "sendDocument",
    "sendAnimation",
    "sendSticker",
    "sendLocation",
    "sendVenue",
    "sendContact",
    "sendMediaGroup",
    "sendPoll",
    "stopPoll",
    "sendChatAction",
    "editMessageText",
    "editMessageCaption",
    "editMessageReplyMarkup",
    "editMessageMedia",
    "deleteMessage",
    "deleteMessages",
    "answerCallbackQuery",
    "setMessageReaction",
    "getFile",
    "getChat",
    "getChatMember",
    "getChatAdministrators",
    "getChatMemberCount",
    "leaveChat",
    "setMyCommands",
    "getMyCommands",
    "deleteMyCommands",
    "setMyName",
    "getMyName",
    "setMyDescription",
    "getMyDescription",
    "setMyShortDescription",
    "getMyShortDescription",
    "setChatMenuButton",
    "getChatMenuButton",
    "pinChatMessage",
    "unpinChatMessage",
    "unpinAllChatMessages",
    "createForumTopic",
    "editForumTopic",
    "closeForumTopic",
    "reopenForumTopic",
    "deleteForumTopic",
]

LENGTH = re.compile(r"(\d+)-(\d+) (characters|bytes)")
ITEMS = re.compile(r"(\d+)-(\d+) (?:answer options|items|two-letter|identifiers)|At most (\d+) commands")
RANGE = re.compile(r"(?:Values between |HTTPS connections .*?, |creation, |meters; |degrees; )(\d+)-(\d+)")
QUOTED = re.compile(r"[\"“]([^\"”]+)[\"”]")
CONST = re.compile(r"(?:must be |always [\"“]?)([a-z_]+)[\"”]?$")


def slim(field: dict[str, Any], *, discriminates: bool) -> dict[str, Any]:
    """The field without its prose."""
    text = field["description"]
    kept: dict[str, Any] = {"types": field["types"]}
    if field["required"]:
        kept["required"] = True
    types = field["types"]
    if types == ["String"] and (found := LENGTH.search(text)):
        kept["length"] = [int(found[1]), int(found[2]), found[3]]
        if "entities parsing" in text or "entity parsing" in text:
            kept["parsed"] = True
    if types[0].startswith("Array of") and (found := ITEMS.search(text)):
        kept["items"] = [int(found[1] or 0), int(found[2] or found[3])]
    if types == ["Integer"] and (found := RANGE.search(text)):
        kept["range"] = [int(found[1]), int(found[2])]
    if "can be one of" in text and (words := QUOTED.findall(text)):
        kept["one_of"] = words
    if discriminates and field["name"] in ("type", "source", "status") and (found := CONST.search(text)):
        kept["const"] = found[1]
    return kept


def prune(full: dict[str, Any]) -> dict[str, Any]:
    """The methods of SERVED and all types their parameters mention, directly or through others."""
    types: dict[str, Any] = {}
    methods = {name: fields_of(full["methods"][name], discriminates=False) for name in SERVED}
    wanted = [mentioned for fields in methods.values() for mentioned in mentioned_types(fields)]
    while wanted:
        name = wanted.pop()
        if name in types or name not in full["types"]:
            continue
        source = full["types"][name]
        if "subtypes" in source:
            types[name] = {"any_of": source["subtypes"]}
            wanted += source["subtypes"]
        else:
            types[name] = {"fields": fields_of(source, discriminates=bool(source.get("subtype_of")))}
            wanted += mentioned_types(types[name]["fields"])
    return {
        "version": full["version"],
        "release_date": full["release_date"],
        "source": "https://core.telegram.org/bots/api",
        "made_by": "sandbox/data/prune.py",
        "methods": methods,
        "types": dict(sorted(types.items())),
    }


def fields_of(source: dict[str, Any], *, discriminates: bool) -> dict[str, Any]:
    return {field["name"]: slim(field, discriminates=discriminates) for field in source.get("fields", [])}


def mentioned_types(fields: dict[str, Any]) -> list[str]:
    return [kind.removeprefix("Array of ").removeprefix("Array of ") for f in fields.values() for kind in f["types"]]


def compact(schema: dict[str, Any]) -> str:
    """JSON with one field a line, so that a later version shows its differences."""
    text = json.dumps(schema, ensure_ascii=False, indent=1)
    return (
        re.sub(r"\{\n\s+(\"types\"[^{}]*?)\n\s+\}", lambda m: "{" + re.sub(r"\s*\n\s*", " ", m[1]) + "}", text) + "\n"
    )


if __name__ == "__main__":
    complete = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    Path(__file__).with_name("botapi.json").write_text(compact(prune(complete)), encoding="utf-8")
