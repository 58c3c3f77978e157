"""Which sentences a run of the journeys really said, for those who read them all: what nobody saw, nobody has read.

    python -m pytest tests/stories --spoken spoken.txt       # notes each sentence and its language as it goes out
    python -m tests.support.spoken spoken.txt                # which no journey has ever sent, language by language

Without the option nothing is noted and nothing is slower. What is woven into a document or a draft counts, too; a
sentence whose message Telegram refused does not.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

import pytest

from handlers.courier import Courier
from liaisonbot.outgoing import Outgoing, Receipt
from liaisonbot.texts import LANGUAGES, Catalogue, Text, catalogue

_OPTION: Final = "--spoken"

Spoken = set[tuple[str, str]]
"""Language and key."""

_now: ContextVar[Spoken | None] = ContextVar("_now", default=None)
"""What the message that is on its way says."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(_OPTION, type=Path, metavar="FILE", help="add to FILE which sentences went out, by language")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption(_OPTION)
    if path is not None and not hasattr(config, "workerinput"):
        path.write_text("", encoding="utf-8")


@pytest.fixture(scope="session", autouse=True)
def spoken(request: pytest.FixtureRequest) -> Iterator[None]:
    """Notes what is said while the session lasts; each worker adds its share to the one file."""
    path = request.config.getoption(_OPTION)
    if path is None:
        yield
        return
    said: Spoken = set()
    with pytest.MonkeyPatch.context() as patch:
        _listen(patch, said)
        yield
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{language} {key}\n" for language, key in sorted(said))


def _listen(patch: pytest.MonkeyPatch, said: Spoken) -> None:
    fill, deliver = Catalogue._fill, Courier.deliver

    def noting(self: Catalogue, text: Text, **how: Any) -> str:
        on_its_way = _now.get()
        (said if on_its_way is None else on_its_way).add((self.language, text.key))
        return fill(self, text, **how)

    async def delivering(self: Courier, outgoing: Outgoing) -> Receipt:
        message: Spoken = set()
        token = _now.set(message)
        try:
            receipt = await deliver(self, outgoing)
        finally:
            _now.reset(token)
        if receipt.failure is None:
            said.update(message)
        return receipt

    patch.setattr(Catalogue, "_fill", noting)
    patch.setattr(Courier, "deliver", delivering)


def unspoken(said: Spoken) -> Mapping[str, Collection[str]]:
    """Language → the sentences that nobody said."""
    return {language: sorted(key for key in _keys(language) if (language, key) not in said) for language in LANGUAGES}


def _keys(language: str) -> Collection[str]:
    return catalogue(language, "UTC").keys


def main() -> None:
    parser = argparse.ArgumentParser(description="Which sentences no journey has ever sent.")
    parser.add_argument("file", type=Path, help="what pytest --spoken wrote")
    lines = parser.parse_args().file.read_text(encoding="utf-8").splitlines()
    said = {(language, key) for language, _, key in (line.partition(" ") for line in lines)}
    for language, keys in unspoken(said).items():
        print(f"{language}: {len(keys)} of {len(_keys(language))} never sent", *keys, sep="\n  ")  # noqa: T201


if __name__ == "__main__":
    main()
