"""Every key of the configuration: its name, meaning and default. ``load`` reads them from TOML and the environment.

A key stands once, here; ``config.example.toml`` and ``docs/configuration.md`` are written from this file. Whatever
can be wrong with a value is found when the settings are made, so that whoever holds them need not check again.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from liaisonbot import settings_checks as checks
from liaisonbot import settings_problems
from liaisonbot.errors import ConfigurationError
from liaisonbot.settings_checks import QuietHours

TELEGRAM_API: Final = "https://api.telegram.org"
ENVIRONMENT_PREFIX: Final = "LIAISONBOT_"
DELIVERY_PORTS: Final = (443, 80, 88, 8443)
"""Where Telegram's own server delivers to."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a key means, and what may be written there, for the example file, the documentation and the refusals."""

    means: str
    zh: str
    write: str


# --- the keys ---------------------------------------------------------------------------------------------------------

_WEEKLY: Final = '"0 9 * * mon" for Mondays at 9:00 (minute, hour, day, month, weekday by name)'
_DAYS: Final = "a whole number of working days from 1 to 365"
_Days = Annotated[int, Field(ge=1, le=365)]
_Cron = Annotated[str, AfterValidator(checks.crontab)]


class Section(BaseModel):
    """One ``[section]`` of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TelegramSettings(Section):
    """How the bot reaches Telegram, and how Telegram reaches it."""

    token: Annotated[
        SecretStr,
        AfterValidator(checks.token),
        Key("the bot's token", "机器人的令牌", "the token that @BotFather gave, like 123456:ABC-DEF"),
    ]
    api_base_url: Annotated[
        str,
        AfterValidator(checks.base_address),
        Key("the Bot API server", "Bot API 服务器地址", "an address that begins with https:// or http://"),
    ] = TELEGRAM_API
    mode: Annotated[
        Literal["polling", "webhook"],
        Key(
            "how updates come: the bot asks for them, or Telegram delivers them",
            "消息的接收方式：polling 为机器人主动拉取，webhook 为 Telegram 推送",
            '"polling" or "webhook"',
        ),
    ] = "polling"
    flood_limits: Annotated[
        bool,
        Key(
            "keep Telegram's sending limits; off only for a Bot API server that has none, such as in benchmarks",
            "遵守 Telegram 的发送频率限制；仅在没有限制的服务器上（如性能测试）才关闭",
            "true or false",
        ),
    ] = True
    webhook_url: Annotated[
        str | None,
        AfterValidator(lambda url: url and checks.web_address(url)),
        Key(
            "webhook mode: the public address at which Telegram delivers",
            "webhook 方式：Telegram 推送到的公网地址",
            "the public https:// address that your reverse proxy passes on to telegram.webhook_listen",
        ),
    ] = None
    webhook_listen: Annotated[
        str | None,
        AfterValidator(lambda address: address and checks.listen(address)),
        Key("webhook mode: where the bot listens", "webhook 方式：本机监听地址", 'HOST:PORT, such as "127.0.0.1:8443"'),
    ] = None
    webhook_secret: Annotated[
        SecretStr | None,
        AfterValidator(lambda secret: secret and checks.webhook_secret(secret)),
        Key(
            "webhook mode: what Telegram shows with every delivery, so that nobody else can deliver",
            "webhook 方式：Telegram 每次推送时出示的密钥，防止他人冒充",
            "up to 256 random letters, digits, _ or -",
        ),
    ] = None

    @model_validator(mode="after")
    def _webhook_is_complete(self) -> Self:
        if self.mode == "webhook":
            for name in ("webhook_url", "webhook_listen", "webhook_secret"):
                if getattr(self, name) is None:
                    raise settings_problems.at(name, "is missing, and telegram.mode is webhook")
        if self.api_base_url == TELEGRAM_API and self.webhook_url is not None:
            address = urlsplit(self.webhook_url)
            if address.scheme != "https":
                raise settings_problems.at("webhook_url", "Telegram delivers to https addresses only")
            if address.port not in (None, *DELIVERY_PORTS):
                raise settings_problems.at("webhook_url", "Telegram delivers to ports 443, 80, 88 and 8443 only")
        return self

    @property
    def webhook_address(self) -> tuple[str, int]:
        """Host and port of ``webhook_listen``."""
        host, _, port = (self.webhook_listen or ":0").rpartition(":")
        return host.strip("[]"), int(port)


class DatabaseSettings(Section):
    """Where everything is remembered."""

    url: Annotated[
        str,
        AfterValidator(checks.database_url),
        Key("the database", "数据库", "sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"),
    ] = "sqlite:///data/liaison.db"


class AccessSettings(Section):
    """Who owns the bot."""

    owner_ids: Annotated[
        tuple[Annotated[int, Field(gt=0, lt=2**63)], ...],
        BeforeValidator(checks.from_commas),
        NoDecode,
        Key(
            "Telegram ids of the owners, who may do everything in every station",
            "管理员的 Telegram 数字 ID，可管理所有联络站",
            "a list of Telegram ids, which are numbers, such as [123456789]",
        ),
    ] = ()


class LocaleSettings(Section):
    """Language and time."""

    default_language: Annotated[
        Literal["zh", "en"],
        Key("the language of groups, and of people whose own is unknown", "群组及语言未知者使用的语言", '"zh" or "en"'),
    ] = "zh"
    timezone: Annotated[
        str,
        AfterValidator(checks.zone),
        Key("the time zone of people's times", "时区", 'an IANA name, such as "Asia/Shanghai"'),
    ] = "Asia/Shanghai"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class CaseSettings(Section):
    """Time limits of the stages. A key in days that is written here leads over the preset."""

    preset: Annotated[
        str,
        AfterValidator(checks.preset),
        Key(
            "the time limits by name: station, prompt, proposal, petition or hotline; see liaisonbot/data/presets.toml",
            "期限方案：station 联络站、prompt 快办、proposal 代表建议、petition 信访、hotline 热线，"
            "见 liaisonbot/data/presets.toml",
            'one of "station", "prompt", "proposal", "petition", "hotline"',
        ),
    ] = "station"
    preset_by_category: Annotated[
        Mapping[str, str],
        AfterValidator(checks.preset_by_category),
        Key(
            "another preset for some categories, by their keys or names",
            "部分类别使用的其他期限方案，写类别的代码或名称",
            'categories and presets, such as { utilities = "hotline" }',
        ),
    ] = {}
    accept_days: Annotated[_Days, Key("time to accept or decline a case", "受理或不予受理（工作日）", _DAYS)] = 2
    mediation_days: Annotated[_Days, Key("time to work on an accepted case", "调处（工作日）", _DAYS)] = 10
    reply_days: Annotated[_Days, Key("time until the first formal reply", "首次正式答复（工作日）", _DAYS)] = 15
    rating_days: Annotated[_Days, Key("how long a reply waits for its rating", "等待评价（工作日）", _DAYS)] = 7
    follow_up_check_days: Annotated[
        _Days,
        Key(
            "time until delivery is checked, where no date was promised",
            "未承诺日期时，督办回访的期限（工作日）",
            _DAYS,
        ),
    ] = 28
    details_days: Annotated[
        _Days,
        Key(
            "how long the clock stands still while the constituent was asked for details",
            "请群众补充情况时，最多暂停计时多久（工作日）",
            _DAYS,
        ),
    ] = 10
    reopen_days: Annotated[
        _Days, Key("how long a closed case can be reopened", "办结后可重新办理的期限（工作日）", _DAYS)
    ] = 30


class LookbackSettings(Section):
    """Asking the authors of closed cases once more."""

    size: Annotated[
        Annotated[int, Field(ge=1, le=100)],
        Key(
            "cases in a look-back, unless its command says otherwise",
            "每次回头看抽查的件数",
            "a whole number from 1 to 100",
        ),
    ] = 10
    days: Annotated[
        Annotated[int, Field(ge=1, le=1000)],
        Key(
            "a look-back draws from the cases closed in so many days before it",
            "回头看从最近多少天内办结的民情中抽取",
            "a whole number of days from 1 to 1000",
        ),
    ] = 90


class IntakeSettings(Section):
    """What comes in."""

    messages_per_minute: Annotated[
        Annotated[int, Field(ge=1, le=1000)],
        Key(
            "what one person may send in a minute before being slowed down",
            "每人每分钟可发送的消息数，超出则放慢处理",
            "a whole number from 1 to 1000",
        ),
    ] = 30


class DutySettings(Section):
    """The deputies' duty log."""

    remind_at: Annotated[
        _Cron,
        Key(
            "when deputies whose month is behind are reminded, each once a month",
            "何时提醒本月履职登记还不够的代表，每人每月一次",
            _WEEKLY,
        ),
    ] = "0 9 * * mon"
    required_per_month: Annotated[
        Annotated[int, Field(ge=0, le=100)],
        Key(
            "entries a month below which a deputy is reminded; 0 for no reminders",
            "每月应登记的履职条数，不够就提醒；0 表示不提醒",
            "a whole number from 0 to 100",
        ),
    ] = 2
    second_reminder_after_days: Annotated[
        Annotated[int, Field(ge=1, le=31)],
        Key(
            "a deputy who is still behind is reminded once more, so many days after the first reminder of the month",
            "第一次提醒之后过几天仍未登记够，再提醒一次",
            "a whole number of days from 1 to 31",
        ),
    ] = 7
    staff_list_after_days: Annotated[
        Annotated[int, Field(ge=1, le=62)],
        Key(
            "so many days after the first reminder a deputy who is still behind is named in the list that staff get",
            "第一次提醒之后过几天仍未登记够，列入发给工作人员的名单",
            "a whole number of days from 1 to 62",
        ),
    ] = 14
    norms: Annotated[
        tuple[str, ...],
        BeforeValidator(checks.from_commas),
        AfterValidator(checks.norms),
        NoDecode,
        Key(
            "which of the norms in liaisonbot/data/duty_norms.toml hold here, besides the entries a month",
            "除每月条数外，本地适用哪些履职要求，见 liaisonbot/data/duty_norms.toml",
            'a list of keys, such as ["reception_days", "duty_days"]; [] for none',
        ),
    ] = ("reception_days", "duty_days", "group_activity")
    latest_days: Annotated[
        Annotated[int, Field(ge=1, le=1000)],
        Key(
            "how many days after its day an entry can still be filed",
            "履职当天之后多少天内可以补登记",
            "a whole number of days from 1 to 1000",
        ),
    ] = 60
    report_least_voters: Annotated[
        Annotated[int, Field(ge=1, le=100_000)],
        Key(
            "how many voters should judge a deputy's report; the result says whether there were as many",
            "述职评议至少应有多少位选民参加；结果中写明是否达到",
            "a whole number from 1 to 100000",
        ),
    ] = 50
    quiet_hours: Annotated[
        str,
        AfterValidator(checks.quiet_hours),
        Key(
            "hours in which nobody is reminded of anything, by any reminder of the bot, local time; empty for none",
            "免打扰时段（当地时间），机器人的各种提醒都不在此时发出；留空则不设",
            'two times of day, such as "22:00-07:30"',
        ),
    ] = "22:00-07:30"

    scoring: Annotated[
        str,
        AfterValidator(checks.scoring),
        Key(
            "by which rule duty logs are scored: district or hundred; see liaisonbot/data/scoring.toml",
            "履职积分办法：district 区级积分、hundred 百分制，见 liaisonbot/data/scoring.toml",
            '"district" or "hundred"',
        ),
    ] = "district"

    @property
    def quiet(self) -> QuietHours | None:
        return QuietHours.parse(self.quiet_hours) if self.quiet_hours else None


class ReceptionSettings(Section):
    """Reception days at the stations."""

    notice_days: Annotated[
        Annotated[int, Field(ge=1, le=30)],
        Key(
            "days before a reception day on which the station's groups are told of it; they are told again on the day",
            "接待日提前几天在各群发通知；当天早上再发一次",
            "a whole number of days from 1 to 30",
        ),
    ] = 3


class SummarySettings(Section):
    """Summaries that staff get without asking."""

    send_at: Annotated[
        _Cron,
        Key(
            "when staff get the summary of the last week that is over; each can choose another day with /summary when",
            "何时向工作人员发送最近结束的一周的小结；每人可以用 /summary 时间 另选一天",
            _WEEKLY,
        ),
    ] = "0 9 * * mon"
    two_monthly_at: Annotated[
        _Cron,
        Key(
            "when staff get the roll-up of the last two months that are over (January and February, March and April …)",
            "何时向工作人员发送两个月汇总（一二月、三四月……，发最近结束的两个月）",
            '"0 9 1 */2 *" for the first day of January, March, May … at 9:00',
        ),
    ] = "0 9 1 */2 *"
    yearly_at: Annotated[
        _Cron,
        Key(
            "when staff get the sheets of the year that is over",
            "何时向工作人员发送上一年的年度情况",
            '"0 9 5 1 *" for 5 January at 9:00',
        ),
    ] = "0 9 5 1 *"
    unit_minimum: Annotated[
        Annotated[int, Field(ge=0, le=100)],
        Key(
            "handling units whose share done on time is below so many per cent are named in summaries; 0 for none",
            "承办单位按时率低于百分之几，就在小结和通报里点名；0 表示不点名",
            "a whole number from 0 to 100",
        ),
    ] = 90


class FileSettings(Section):
    """Files read at start."""

    roster: Annotated[
        Path | None,
        Key(
            "a roster file (CSV or XLSX) imported at start when the roster is empty",
            "名册文件（CSV 或 XLSX），名册为空时在启动时导入",
            "the path of a CSV or XLSX file",
        ),
    ] = None
    calendar: Annotated[
        Path | None,
        Key(
            "days off and make-up days that you enter yourself, such as those of a year that is not known yet (CSV or"
            " XLSX; columns date, kind: off or work, note, by); read again when it changes",
            "自行登记的放假和调休上班日，例如程序还不知道的年份（CSV 或 XLSX；"
            "列：日期、安排（放假或上班）、说明、登记人）；文件一改就重新读取",
            "the path of a CSV or XLSX file",
        ),
    ] = None


class Settings(BaseModel):
    """The whole configuration. Made from values it is just these; ``load`` reads the file and the environment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    telegram: TelegramSettings
    database: DatabaseSettings = DatabaseSettings()
    access: AccessSettings = AccessSettings()
    locale: LocaleSettings = LocaleSettings()
    cases: CaseSettings = CaseSettings()
    lookback: LookbackSettings = LookbackSettings()
    intake: IntakeSettings = IntakeSettings()
    duty: DutySettings = DutySettings()
    reception: ReceptionSettings = ReceptionSettings()
    summary: SummarySettings = SummarySettings()
    files: FileSettings = FileSettings()


def every_key() -> Iterator[tuple[str, str, Key, Any]]:
    """Every key in order: its section, its name, what it means, and its default (``...`` where there is none)."""
    for section, model in _sections():
        for name, field in model.model_fields.items():
            meaning = next(item for item in field.metadata if isinstance(item, Key))
            yield section, name, meaning, ... if field.is_required() else field.default


# --- reading ----------------------------------------------------------------------------------------------------------


class _FromEnvironment(Settings, BaseSettings):
    """The settings with the environment laid over what the file says."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=ENVIRONMENT_PREFIX, env_nested_delimiter="__", env_ignore_empty=True
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings


def load(path: Path) -> Settings:
    """The settings in the file at ``path``, the environment leading. Relative paths in them start at its folder.

    Without a file everything has to come from the environment. Raises ConfigurationError, whose ``problems`` name every
    key at fault and what to write there.
    """
    written = _read(path)
    names = {section: tuple(model.model_fields) for section, model in _sections()}
    problems = settings_problems.unknown_variables(os.environ, ENVIRONMENT_PREFIX, names)
    try:
        settings = _FromEnvironment(**written)
    except ValidationError as exc:
        hints = {f"{section}.{name}": key.write for section, name, key, _ in every_key()}
        problems += settings_problems.sentences(exc, names, hints)
    except SettingsError as exc:
        problems.append(settings_problems.unreadable_variable(exc, ENVIRONMENT_PREFIX))
    if problems:
        if not written and not path.exists():
            problems.insert(0, f"there is no {path}: copy config.example.toml to it, or name another with --config")
        # Without its cause: that one quotes what was written, and a token may be among it.
        raise ConfigurationError(*problems) from None
    return _anchored(settings, path.absolute().parent)


def _sections() -> Iterator[tuple[str, type[Section]]]:
    for section, field in Settings.model_fields.items():
        model = field.annotation
        assert isinstance(model, type)
        assert issubclass(model, Section)
        yield section, model


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path} is not UTF-8 text; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as exc:
        raise ConfigurationError(f"{path} is not TOML: {exc}; texts stand in double quotes") from None
    except OSError as exc:
        raise ConfigurationError(
            f"{path} cannot be read ({exc.strerror}); see to its rights, or name another file"
        ) from None


def _anchored(settings: Settings, folder: Path) -> Settings:
    """The same with its relative paths made absolute, as seen from the folder."""
    database, files = settings.database, settings.files
    if database.url.startswith("sqlite:///"):
        file = folder / database.url.removeprefix("sqlite:///")
        database = DatabaseSettings(url=f"sqlite:///{file}")
    named = {name: path for name in FileSettings.model_fields if (path := getattr(files, name)) is not None}
    files = FileSettings(**{name: folder / path.expanduser() for name, path in named.items()})
    values = {name: getattr(settings, name) for name in Settings.model_fields}
    return Settings(**{**values, "database": database, "files": files})
