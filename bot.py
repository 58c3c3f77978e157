"""LiaisonBot's command line: ``python bot.py run``, ``demo``, ``check``, and what an office needs besides.

Each call loads only what it uses, so that the short ones are quick. What they do stands in ``handlers/terminal/``.
"""

from __future__ import annotations

import signal
import sys

STAYING = ("run", "demo")
"""The calls that stay until they are told to end."""


def _heed_who_ends_it(call: str | None) -> None:
    """Whoever ends the program before it has begun ends it all the same: exit 0, and nothing to finish yet.

    Loading takes a moment; once the loops run, their own handlers take over. Any other call has not done what it should
    then: it says so, and exit 1.
    """

    def end(*_: object) -> None:
        raise SystemExit(0 if call in STAYING else "interrupted")

    if call in STAYING:
        signal.signal(signal.SIGTERM, end)
    if call in STAYING or signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, end)


def _call_among(words: list[str]) -> str | None:
    """Which call is meant: the first word, but for options and the name of the configuration."""
    before = ""
    for word in words:
        if before != "--config" and not word.startswith("-"):
            return word
        before = word
    return None


if __name__ == "__main__":
    _heed_who_ends_it(_call_among(sys.argv[1:]))  # before all else is loaded

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from handlers.terminal.failures import Calls, Listing

DEFAULT_CONFIG = Path("config.toml")


def _calls(about: str) -> typer.Typer:
    return typer.Typer(cls=Listing, help=about, no_args_is_help=True, rich_markup_mode=None, add_completion=False)


app = typer.Typer(
    cls=Calls,
    help="The chat bot between a people's deputy and the people they represent. 人大代表联络站机器人。",
    epilog="Exit codes: 0 done, 1 failed (the reason on standard error), 2 wrong usage. "
    "--config FILE may stand before or after a call's own words.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
roster = _calls("Deputies and staff as a file. 名册导入与导出。")
units = _calls("The handling units as a file. 承办单位导入与导出。")
exports = _calls("What the office remembers as a file. 导出。")
set_aside = _calls("Updates and messages that could not be handled or sent. 暂存的异常消息。")
held_polls = _calls("Polls and their results. 投票与计票。")
audits = _calls("The journals and their seals. 台账与封存核对。")
app.add_typer(roster, name="roster")
app.add_typer(units, name="units")
app.add_typer(exports, name="export")
app.add_typer(set_aside, name="set-aside")
app.add_typer(held_polls, name="polls")
app.add_typer(audits, name="audit")


class Format(StrEnum):
    """How an export is written."""

    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"


class SummaryFormat(StrEnum):
    """How a summary is written."""

    TEXT = "text"
    JSON = "json"
    XLSX = "xlsx"
    DOCX = "docx"
    PNG = "png"


class Language(StrEnum):
    """In which it is written."""

    ZH = "zh"
    EN = "en"


# Whether a file can be read is found out by reading it: then the sentence says what to do, too.
FileToRead = Annotated[Path, typer.Argument(metavar="FILE", readable=False)]
FileToWrite = Annotated[Path, typer.Argument(metavar="FILE", readable=False)]
Since = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="D", help="Of this day or later. 起始日期。")
]
Until = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="D", help="Before this day. 截止日期（不含）。")
]
Week = Annotated[
    str | None,
    typer.Option(metavar="YYYY-Www", help="This week; a month (2026-11), quarter, year too. 某周，或某月、季、年。"),
]
FormatWanted = Annotated[Format, typer.Option("--format", help="How it is written. 格式。")]
Personal = Annotated[
    bool,
    typer.Option(
        "--personal",
        help="With names and telephone numbers; that it was asked for is kept. 含姓名和电话，会留下记录。",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FILE", dir_okay=False, readable=False, help="Instead of standard output. 输出文件。"),
]
SetAsideId = Annotated[str, typer.Argument(metavar="ID", help="As `set-aside list` shows it: u123 or m45.")]


@app.callback()
def main(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", readable=False, help="The configuration. 配置文件。 [default: config.toml]"),
    ] = None,
) -> None:
    if context.invoked_subcommand in STAYING:
        _heed_who_ends_it(context.invoked_subcommand)
    elif __name__ == "__main__" and signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    from handlers.terminal.office import Terminal

    context.obj = Terminal(config or DEFAULT_CONFIG, named=config is not None)


@app.command()
def run(context: typer.Context) -> None:
    """Run the bot until SIGTERM or Ctrl-C, then finish what is in hand. 运行机器人。"""
    from handlers.terminal import service

    service.run(context.obj)


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The page's port. 网页端口。")] = 8080,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", file_okay=False, help="Keep the data there. 数据保存在此。")
    ] = None,
) -> None:
    """Everything on this machine: a chat page and the bot, with no token and no network. 本机演示。"""
    from handlers.terminal import service

    service.demo(port, data)


@app.command()
def check(context: typer.Context) -> None:
    """Say what is wrong with configuration, database or token, one line each. 检查配置、数据库与令牌。"""
    from handlers.terminal import checks

    checks.check(context.obj)


@app.command()
def backup(context: typer.Context, file: FileToWrite) -> None:
    """Write a consistent copy of the database, also while the bot runs. 备份。"""
    from handlers.terminal import backups

    backups.back_up(context.obj, file)


@app.command()
def restore(context: typer.Context, file: FileToRead) -> None:
    """Put a backup in the database's place; what it replaces is kept. 恢复备份。"""
    from handlers.terminal import backups

    backups.put_back(context.obj, file)


@roster.command("import")
def roster_import(
    context: typer.Context,
    file: FileToRead,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change. 仅预览。")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Who is not in FILE leaves the roster. 以文件为准。")
    ] = False,
) -> None:
    """Import CSV or XLSX, all of it or nothing. 导入名册。"""
    from handlers.terminal import roster as people

    people.bring_in(context.obj, file, dry_run=dry_run, replacing=replace)


@roster.command("export")
def roster_export(context: typer.Context, file: FileToWrite) -> None:
    """Write the roster as CSV, or as XLSX if FILE ends so. 导出名册。"""
    from handlers.terminal import roster as people

    people.take_out(context.obj, file)


@units.command("import")
def units_import(
    context: typer.Context,
    file: FileToRead,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change. 仅预览。")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Units not in FILE are retired. 以文件为准。")] = False,
) -> None:
    """Import CSV or XLSX, all of it or nothing. 导入承办单位。"""
    from handlers.terminal import units as bodies

    bodies.bring_in(context.obj, file, dry_run=dry_run, replacing=replace)


@units.command("export")
def units_export(context: typer.Context, file: FileToWrite) -> None:
    """Write the units as CSV, or as XLSX if FILE ends so. 导出承办单位。"""
    from handlers.terminal import units as bodies

    bodies.take_out(context.obj, file)


@app.command()
def summary(
    context: typer.Context,
    week: Annotated[
        str | None,
        typer.Option(metavar="YYYY-Www", help="A week; also 2026-11, 2026-Q4, 2026. [default: the last week] 哪一周。"),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], metavar="D", help="From this day on. 起始日期。"),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], metavar="D", help="Before this day. 截止日期（不含）。"),
    ] = None,
    station: Annotated[str | None, typer.Option(metavar="CODE", help="One station only. 联络站代码。")] = None,
    area: Annotated[str | None, typer.Option(metavar="NAME", help="The stations of one area. 片区。")] = None,
    deputy: Annotated[str | None, typer.Option(metavar="NAME", help="One deputy's cases only. 代表姓名。")] = None,
    format: Annotated[SummaryFormat, typer.Option(help="How it is written. 格式。")] = SummaryFormat.TEXT,
    out: Out = None,
    which: Annotated[
        bool, typer.Option("--cases", help="JSON: also the numbers of the cases each figure counts. 附民情编号。")
    ] = False,
    language: Annotated[
        Language | None, typer.Option(help="Of texts and files. [default: the configured one] 语言。")
    ] = None,
) -> None:
    """Write the summary that staff get. 工作小结。"""
    from handlers.terminal import summary as office_summary

    office_summary.summary(
        context.obj,
        week=week,
        since=since,
        until=until,
        whose={
            kind: name for kind, name in (("station", station), ("area", area), ("deputy", deputy)) if name is not None
        },
        format=format.value,
        out=out,
        which=which,
        language=language.value if language else None,
    )


@exports.command()
def cases(
    context: typer.Context,
    since: Since = None,
    until: Until = None,
    week: Week = None,
    format: FormatWanted = Format.JSONL,
    out: Out = None,
    personal: Personal = False,
) -> None:
    """Write the cases. 导出民情。"""
    from handlers.terminal.exports import Days, export

    export(context.obj, "cases", Days(since, until, week), format.value, out, personal=personal)


@exports.command()
def polls(
    context: typer.Context,
    since: Since = None,
    until: Until = None,
    week: Week = None,
    format: FormatWanted = Format.JSONL,
    out: Out = None,
    ballots: Annotated[
        bool, typer.Option("--ballots", help="One line a ballot, nobody by name. 逐票导出，不含身份。")
    ] = False,
) -> None:
    """Write the polls, or their ballots. 导出投票。"""
    from handlers.terminal.exports import Days, export

    export(context.obj, "ballots" if ballots else "polls", Days(since, until, week), format.value, out)


@exports.command()
def duty(
    context: typer.Context,
    since: Since = None,
    until: Until = None,
    week: Week = None,
    format: FormatWanted = Format.JSONL,
    out: Out = None,
    personal: Personal = False,
) -> None:
    """Write the entries of the duty logs. 导出履职记录。"""
    from handlers.terminal.exports import Days, export

    export(context.obj, "duty", Days(since, until, week), format.value, out, personal=personal)


@held_polls.command("recount")
def polls_recount(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="N", help="The poll's number, like 3 or P3. 投票编号。")],
) -> None:
    """Count the ballots anew and compare with the published result. 重新计票并核对。"""
    from handlers.terminal import polls as office_polls

    office_polls.recount(context.obj, number)


@audits.command("verify")
def audit_verify(
    context: typer.Context,
    since: Annotated[
        str | None, typer.Option(metavar="HEAD", help="A head that an earlier check printed. 上次核对时记下的编号。")
    ] = None,
) -> None:
    """Compare every entry of the journals with its seal. 核对台账是否被改动。"""
    from handlers.terminal import audit

    audit.verify(context.obj, since)


@set_aside.command("list")
def set_aside_list(context: typer.Context) -> None:
    """One line each. 列出。"""
    from handlers.terminal import set_asides

    set_asides.list_all(context.obj)


@set_aside.command("show")
def set_aside_show(context: typer.Context, id: SetAsideId) -> None:
    """Everything about one of them. 查看。"""
    from handlers.terminal import set_asides

    set_asides.show(context.obj, id)


@set_aside.command("retry")
def set_aside_retry(context: typer.Context, id: SetAsideId) -> None:
    """Put it back to be tried again. 重试。"""
    from handlers.terminal import set_asides

    set_asides.retry(context.obj, id)


@set_aside.command("drop")
def set_aside_drop(context: typer.Context, id: SetAsideId) -> None:
    """Forget it for good. 丢弃。"""
    from handlers.terminal import set_asides

    set_asides.drop(context.obj, id)


if __name__ == "__main__":
    app()
