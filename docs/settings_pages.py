"""Writes ``config.example.toml`` and the configuration pages from the keys in ``liaisonbot/settings.py``.

``python -m docs.settings_pages`` writes them anew; a test notices when they and the keys differ.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from liaisonbot.settings import ENVIRONMENT_PREFIX, Key, Settings, every_key

ROOT: Final = Path(__file__).parents[1]

_SAMPLES: Final[Mapping[str, Any]] = {
    "telegram.token": "123456:ABC-DEF",
    "telegram.webhook_url": "https://bot.example.org/telegram",
    "telegram.webhook_listen": "127.0.0.1:8443",
    "telegram.webhook_secret": "a-long-random-text",
    "files.calendar": "calendar.csv",
    "files.roster": "roster.csv",
}
"""What the example shows where there is no default."""

_SECTION_ZH: Final[Mapping[str, str]] = {
    "telegram": "与 Telegram 的连接",
    "database": "数据存储",
    "access": "管理员",
    "locale": "语言与时区",
    "cases": "各环节办理期限",
    "lookback": "回头看：办结以后再问一次",
    "intake": "来件",
    "duty": "履职登记",
    "reception": "接待日",
    "summary": "自动发给工作人员的小结",
    "files": "启动时读取的文件",
}


def pages() -> dict[Path, str]:
    """Every file that is written from the keys, with what belongs in it."""
    return {
        ROOT / "config.example.toml": example(),
        ROOT / "docs" / "configuration.md": page("en"),
        ROOT / "docs" / "configuration.zh.md": page("zh"),
    }


def example() -> str:
    """A configuration file with every key: what can stay away is commented out and shows its default."""
    blocks = [_EXAMPLE_HEAD]
    for section, group in groupby(every_key(), key=lambda entry: entry[0]):
        lines = [f"# {Settings.model_fields[section].annotation.__doc__} {_SECTION_ZH[section]}", f"[{section}]"]
        for _, name, key, default in group:
            lines += ["", f"# {_english(key)}", f"# {key.zh}"]
            lines.append(f"{'' if default is ... else '# '}{name} = {_toml(f'{section}.{name}', default)}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def page(language: str) -> str:
    """The documentation of all keys as a table, in English or Chinese."""
    lines = [_PAGE_HEAD[language]]
    for section, name, key, default in every_key():
        environment = f"{ENVIRONMENT_PREFIX}{section}__{name}".upper()
        shown = _NO_DEFAULT[language][default is ...] if default in (..., None) else f"`{_toml('', default)}`"
        means = key.zh if language == "zh" else _english(key)
        lines.append(f"| `{section}.{name}` | {means} | {shown} | `{environment}` |")
    return "\n".join(lines) + "\n"


_EXAMPLE_HEAD: Final = f"""\
# The configuration of LiaisonBot. Copy this file to config.toml.
# A line that begins with # is not read; it shows the default, or an example where there is none.
# Relative paths start at this file's folder. Every key can also come from the environment, which leads:
# {ENVIRONMENT_PREFIX}TELEGRAM__TOKEN=… Afterwards `python bot.py check` says what is still wrong.
# 联络站机器人的配置。复制为 config.toml；以 # 开头的行不生效，其值为默认值。"""

_PAGE_HEAD: Final = {
    "en": f"""\
# Configuration

A TOML file, `config.toml` unless `--config FILE` names another. `config.example.toml` has every key. Relative paths
start at the file's folder. Every key can also come from the environment, which leads: `{ENVIRONMENT_PREFIX}` + section
+ `__` + key; lists are written with commas there. `python bot.py check` says what is wrong, one line each.

This page is written from `liaisonbot/settings.py` by `python -m docs.settings_pages`.

| key | meaning | default | in the environment |
| --- | --- | --- | --- |""",
    "zh": f"""\
# 配置

配置文件为 TOML 格式，默认读取 `config.toml`，可用 `--config FILE` 指定其他文件。
`config.example.toml` 列出了全部配置项。相对路径以该文件所在文件夹为起点。
每一项都可以用环境变量设置，且优先于文件：`{ENVIRONMENT_PREFIX}` + 节 + `__` + 键；列表用逗号分隔。
`python bot.py check` 逐行说明哪里有误。

本页由 `python -m docs.settings_pages` 根据 `liaisonbot/settings.py` 生成。

| 键 | 含义 | 默认值 | 环境变量 |
| --- | --- | --- | --- |""",
}

_NO_DEFAULT: Final = {"en": ("–", "required"), "zh": ("–", "必填")}


def _english(key: Key) -> str:
    return f"{key.means[0].upper()}{key.means[1:]}. Write {key.write}."


def _toml(key: str, value: Any) -> str:
    """A value as TOML writes it; texts, numbers, lists and truth values look the same in JSON."""
    shown = _SAMPLES[key] if value in (..., None) else value
    if isinstance(shown, Mapping):
        return "{}" if not shown else f"{{ {', '.join(f'{name} = {_toml(key, shown[name])}' for name in shown)} }}"
    return json.dumps(shown, ensure_ascii=False)


def write() -> None:
    """Write all of them."""
    for path, content in pages().items():
        path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    write()
