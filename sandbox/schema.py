"""Checks every call against the official schema (`data/botapi.json`) before a method sees it.

Checkers are compiled once into plain functions, so a call costs one lookup per parameter. Values come either from
JSON, with their types, or from a form, as strings; both are accepted, as Telegram does. Beyond Telegram, which
ignores what it does not know, an unknown parameter or field is refused: it is nearly always a mistake.
"""

import functools
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sandbox import limits
from sandbox.errors import ApiError, bad_request, not_found

Check = Callable[[Any], Any]
DATA = Path(__file__).with_name("data") / "botapi.json"
TRUE = frozenset({"true", "1", "yes"})
FALSE = frozenset({"false", "0", "no"})


class Upload(bytes):
    """A file that came with a form; its name and type as the sender gave them."""

    name: str = "file"
    mime: str = "application/octet-stream"


class Structure:
    """A method's parameters, or the fields of an object."""

    def __init__(self, name: str, checks: Mapping[str, Check], required: frozenset[str], *, method: bool) -> None:
        self.name = name
        self.checks = checks
        self.required = required
        self.method = method

    def check(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The values in their own types; raises Telegram's 400 for what is missing, wrong or unknown."""
        checked: dict[str, Any] = {}
        checks = self.checks
        for key, value in given.items():
            check = checks.get(key)
            if check is None:
                if self.method and isinstance(value, Upload):
                    continue  # a file that another parameter names by attach://
                raise bad_request(f'{self._label()} has no {"parameter" if self.method else "field"} "{key}"')
            if value is None:
                continue
            converted = check(value)
            if converted is not None:
                checked[key] = converted
        if not self.required <= checked.keys():
            raise self._missing(checked)
        return checked

    def check_object(self, value: Any) -> dict[str, Any]:
        return self.check(as_object(value, self.name))

    def _missing(self, checked: Mapping[str, Any]) -> ApiError:
        name = next(name for name in self.checks if name in self.required and name not in checked)
        words = limits.WORDS_MISSING.get((self.name, name))
        if words is None:
            words = f"{name} is empty" if self.method else f"can't parse {self.name}: can't find field \"{name}\""
        return bad_request(words)

    def _label(self) -> str:
        return f"method {self.name}" if self.method else f"can't parse {self.name}: it"


class Schema:
    """All methods the sandbox may serve, by lower-case name."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.version: str = data["version"]
        self._types = data["types"]
        self._compiled: dict[str, Check] = {}
        self.methods = {name.lower(): self._structure(name, fields, True) for name, fields in data["methods"].items()}

    def check(self, method: str, given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """The method's proper name and its checked parameters; 404 when Telegram knows no such method."""
        structure = self.methods.get(method.lower())
        if structure is None:
            raise not_found()
        return structure.name, structure.check(given)

    def values(self, type_name: str, field: str) -> tuple[str, ...]:
        """The words a field may be chosen from."""
        return tuple(self._types[type_name]["fields"][field]["one_of"])

    def _structure(self, name: str, fields: Mapping[str, Any], method: bool) -> Structure:
        checks = {field: self._field(name, field, spec, form=method) for field, spec in fields.items()}
        required = frozenset(field for field, spec in fields.items() if spec.get("required"))
        return Structure(name, checks, required, method=method)

    def _field(self, owner: str, name: str, spec: Mapping[str, Any], *, form: bool) -> Check:
        """A parameter, which may come as a form's text, or the field of an object, which is JSON already."""
        types = spec["types"]
        if not form and types in (["Boolean"], ["True"]):
            return functools.partial(_of_type, name, bool, "Boolean")
        if types == ["String"]:
            return _string(owner, name, spec)
        if types == ["Integer"]:
            return _integer(name, spec.get("range"))
        if all(kind.startswith("Array of ") for kind in types):
            item = self._union([kind.removeprefix("Array of ") for kind in types], name)
            check = _array(owner, name, item, spec.get("items"))
            return check if form else lambda value: check(_of_type(name, list, "Array", value))
        return self._union(types, name)

    def _union(self, types: list[str], name: str) -> Check:
        match types:
            case ["Integer", "String"]:
                return _chat_id
            case ["InputFile", "String"] | ["InputFile"]:
                return functools.partial(_file, name)
            case ["String"]:
                return functools.partial(_plain_string, name)
            case ["Integer"]:
                return _integer(name, None)
            case ["Float"]:
                return functools.partial(_float, name)
            case ["Boolean"] | ["True"]:
                return functools.partial(_boolean, name)
            case [single]:
                if single.startswith("Array of "):
                    return _array("", name, self._union([single.removeprefix("Array of ")], name), None)
                return self._type(single)
        return self._one_of(types, name)

    def _type(self, name: str) -> Check:
        """The checker of a named type; looked up when used, since types mention each other in circles."""

        def check(value: Any) -> Any:
            compiled = self._compiled.get(name)
            if compiled is None:
                compiled = self._compiled[name] = self._compile(name)
            return compiled(value)

        return check

    def _compile(self, name: str) -> Check:
        spec = self._types[name]
        if "any_of" in spec:
            return self._one_of(spec["any_of"], name)
        return self._structure(name, spec["fields"], False).check_object

    def _one_of(self, types: list[str], name: str) -> Check:
        """A choice among objects: by their `type` word where they have one, else by the fields they require."""
        by_word = {self._word(kind): self._type(kind) for kind in types if self._word(kind)}
        by_fields = [(self._required(kind), self._type(kind)) for kind in types if not self._word(kind)]

        def check(value: Any) -> Any:
            given = as_object(value, name)
            chosen = by_word.get(given.get("type", ""))
            if chosen is None:
                chosen = next((check for required, check in by_fields if required <= given.keys()), None)
            if chosen is None:
                raise bad_request(f"can't parse {name}: invalid type specified")
            return chosen(given)

        return check

    def _word(self, kind: str) -> str | None:
        fields = self._types.get(kind, {}).get("fields", {})
        word: str | None = fields.get("type", {}).get("const")
        return word

    def _required(self, kind: str) -> frozenset[str]:
        return frozenset(n for n, spec in self._types[kind].get("fields", {}).items() if spec.get("required"))


@functools.cache
def load() -> Schema:
    """The schema in `data/botapi.json`, compiled once per process."""
    return Schema(json.loads(DATA.read_text(encoding="utf-8")))


def as_object(value: Any, name: str) -> dict[str, Any]:
    """A JSON object, given as such or as its text."""
    if isinstance(value, str):
        value = _decoded(value, name)
    if not isinstance(value, dict):
        raise bad_request(f"can't parse {name}: object expected")
    return value


def _decoded(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as exc:
        raise bad_request(f"can't parse {name} JSON object") from exc


def _chat_id(value: Any) -> int | str:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value:
        try:
            return int(value)
        except ValueError:
            return value
    raise bad_request("chat_id is empty")


def _integer(name: str, bounds: list[int] | None) -> Check:
    def check(value: Any) -> int | None:
        if type(value) is not int:
            if value == "":
                return None
            value = _parsed_integer(name, value)
        if bounds and not bounds[0] <= value <= bounds[1]:
            raise bad_request(f"{name} must be between {bounds[0]} and {bounds[1]}")
        return value  # type: ignore[no-any-return]

    return check


def _parsed_integer(name: str, value: Any) -> int:
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            pass
    raise bad_request(f'field "{name}" must be a valid Number')


def _float(name: str, value: Any) -> float | None:
    if value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise bad_request(f'field "{name}" must be a valid Number')
    try:
        return float(value)
    except ValueError as exc:
        raise bad_request(f'field "{name}" must be a valid Number') from exc


def _boolean(name: str, value: Any) -> bool | None:
    if value is True or value is False:
        return value
    if value == "":
        return None
    word = str(value).lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise bad_request(f'field "{name}" must be of type Boolean')


def _of_type(name: str, type: type, called: str, value: Any) -> Any:
    if isinstance(value, type):
        return value
    raise bad_request(f'field "{name}" must be of type {called}')


def _plain_string(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    raise bad_request(f'field "{name}" must be of type String')


def _file(name: str, value: Any) -> Any:
    """A file that was uploaded, or a string that names one."""
    if isinstance(value, (str, Upload)):
        return None if value == "" else value
    raise bad_request(f'field "{name}" must be a file or a String')


def _string(owner: str, name: str, spec: Mapping[str, Any]) -> Check:
    low, high, unit = spec.get("length", (0, None, ""))
    words = frozenset(spec.get("one_of", ()))
    required = bool(spec.get("required"))
    key = (owner, name)
    if high is None or spec.get("parsed"):  # what has markup is measured after it is parsed
        high = None
        low = 0
    fixed = spec.get("const")

    def check(value: Any) -> str | None:
        if not isinstance(value, str):
            raise bad_request(f'field "{name}" must be of type String')
        if not value and required and key in limits.WORDS_MISSING:
            return None
        if fixed is not None and value != fixed:
            raise bad_request(f'field "{name}" must be "{fixed}"')
        if words and value not in words:
            raise bad_request("REACTION_INVALID" if owner == "ReactionTypeEmoji" else f'invalid "{name}" specified')
        if high is not None:
            length = len(value.encode()) if unit == "bytes" else len(value)
            if length < low:
                raise bad_request(limits.WORDS_TOO_SHORT.get(key, f"{name} must have at least {low} {unit}"))
            if length > high:
                raise bad_request(limits.WORDS_TOO_LONG.get(key, f"{name} must not exceed {high} {unit}"))
        return value

    return check


def _array(owner: str, name: str, item: Check, bounds: list[int] | None) -> Check:
    key = (owner, name)

    def check(value: Any) -> list[Any] | None:
        if value == "":
            return None
        if isinstance(value, str):
            value = _decoded(value, name)
        if not isinstance(value, list):
            raise bad_request(f"expected an Array as {name}")
        if bounds and len(value) < bounds[0]:
            raise bad_request(limits.WORDS_TOO_FEW.get(key, f"{name} must have at least {bounds[0]} items"))
        if bounds and len(value) > bounds[1]:
            raise bad_request(limits.WORDS_TOO_MANY.get(key, f"{name} must not have more than {bounds[1]} items"))
        return [item(entry) for entry in value]

    return check
