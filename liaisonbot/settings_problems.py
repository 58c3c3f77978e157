"""What is wrong with a configuration, as sentences that name the key and what to write there.

Nothing here quotes what was written unless a check of ``settings.py`` chose to: a token may be among it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import SettingsError

Names = Mapping[str, Sequence[str]]
"""Section → its keys."""


def at(name: str, sentence: str) -> PydanticCustomError:
    """An error of a whole section that belongs to one of its keys."""
    return PydanticCustomError("liaisonbot", "{sentence}", {"name": name, "sentence": sentence})


def sentences(error: ValidationError, names: Names, hints: Mapping[str, str]) -> list[str]:
    """One sentence for each key at fault. ``hints`` says for each key what may be written."""
    details = error.errors(include_url=False, include_input=False)
    return list(dict.fromkeys(_sentence(detail, names, hints) for detail in details))


def unknown_variables(environment: Mapping[str, str], prefix: str, names: Names) -> list[str]:
    """Variables of ours whose section does not exist; pydantic-settings looks only for those that do."""
    problems = []
    for variable in sorted(environment):
        section, delimiter, _ = variable.upper().removeprefix(prefix).partition("__")
        if variable.upper().startswith(prefix) and delimiter and section.lower() not in names:
            known = [f"{prefix}{s}__{n}".upper() for s in names for n in names[s]]
            problems.append(f"the environment variable {variable} is unknown{_suggest(variable.upper(), known)}")
    return problems


def unreadable_variable(error: SettingsError, prefix: str) -> str:
    """A section given as one variable that is not JSON."""
    found = re.search(r'field "(\w+)"', str(error))
    section = (found.group(1) if found else "…").upper()
    return f"the environment variable {prefix}{section} is not JSON; write {prefix}{section}__KEY for each key instead"


def _sentence(detail: ErrorDetails, names: Names, hints: Mapping[str, str]) -> str:
    loc = [str(part) for part in detail["loc"]]
    context = detail.get("ctx", {})
    if detail["type"] == "liaisonbot":
        loc.append(context["name"])
    key = ".".join(loc[:2])
    if detail["type"] == "extra_forbidden":
        return f"{key} is unknown{_suggest_near(loc, names)}"
    if len(loc) == 1 and detail["type"] != "missing":
        return f"{key} is a section; write [{key}] on a line of its own and its keys below"
    if len(loc) == 1:
        required = [hint for hint in hints if hint.startswith(f"{key}.")][:1]
        key = required[0] if required else key
    return f"{key} {_fault(detail)}; write {hints[key]}"


def _fault(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return "is missing"
        case "liaisonbot":
            return str(context["sentence"])
        case "value_error":
            return f"is wrong: {context['error']}"
    return "is wrong"


def _suggest_near(loc: Sequence[str], names: Names) -> str:
    """Within a section only the key's own name is compared: its section is right already."""
    if len(loc) > 1:
        return _suggest(loc[1], names.get(loc[0], ()), under=f"{loc[0]}.")
    known = [*names, *(f"{section}.{name}" for section in names for name in names[section] if name == loc[0])]
    return _suggest(loc[0], known)


def _suggest(given: str, known: Sequence[str], *, under: str = "") -> str:
    under_its_section = [name for name in known if name.endswith(f".{given}")]
    close = under_its_section or get_close_matches(given, known, n=1, cutoff=0.6)
    return f"; did you mean {under}{close[0]}?" if close else "; take it out (config.example.toml has every key)"
