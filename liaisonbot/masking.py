"""Masking what must not stand in a group: phone numbers, identity and bank-card numbers, e-mail addresses.

By PIPL 2021 §28 identity and financial account numbers are sensitive. Besides what the contract names, numbers of
passports and permits, QQ and WeChat ids and licence plates go too: each leads to one person.

`RULES` is the whole policy, read from top to bottom: what is certain before what is likely, the longer before the
shorter. A rule masks, or says that something is `readable` (a date, an amount), which hides it from the rules below.
In doubt a number is masked, for it can be asked for again in private, and cannot be taken back from a group. The
price: a number that looks like a telephone goes even when it counts something, unless a unit, a currency, round
zeros or its place in a list say so.

Rules see the text as `_plain` gives it: digits of all scripts as ASCII, nothing invisible, one kind of blank and
dash. Between digits may stand up to four characters that are neither letter nor digit. Every repetition is over
characters that cannot begin what follows it, so the time grows with the text and not faster; most rules look only
where there are digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

Match = re.Match[str]
Condition = Callable[[Match], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """What to look for (its named group, if it has one), and how many characters may stay at either end of it."""

    name: str
    pattern: re.Pattern[str]
    head: int = 0
    tail: int = 0
    when: Condition = bool
    readable: bool = False
    clues: tuple[str, ...] = ()
    """Without one of these the rule has nothing to look for; where there are none, it looks around digits only."""


# --- what stands around a number --------------------------------------------------------------------------------------

_PHONE_WORD: Final = re.compile(
    r"电话|手机|号码|拨|联系|致电|座机|热线|来电|传真|短信|打(?![算扫造印开击架包工款钱])"
    r"|(?<![a-z])(?:tel|phone|call|mobile|cell|fax|contact|dial|ring|hotline|whatsapp)"
)
_MONEY: Final = re.compile(r"\s?(?:[万亿]?[元圆块]|[万亿千]|年|平|㎡|(?:yuan|rmb|cny|usd|dollars?)\b)")
_UNIT: Final = re.compile(
    r"\s?(?:[百角米亩吨斤克升度户名次件套台辆株棵盏份册]|公[里斤顷]|立方|人(?!民)"
    r"|(?:people|households?|residents|square|sq|m2|met(?:er|re)s?|k?m|kg|tons?|kwh)\b)"
)
_QUANTITY: Final = re.compile(r"(?:[共约计达近为元号]|人口|面积|金额|预算|人民币|rmb|cny|usd|total|about)[:\s]*$")
_HOTLINE: Final = re.compile(r"1[012]\d|1[02]\d{3}|9[56]\d{3,4}")
_DAY: Final = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_STAMP: Final = re.compile(rf"{_DAY}(?:\d{{4}}(?:\d\d)?)?")
_AMOUNT: Final = re.compile(r"[1-9][\d,]*00|\d+\.\d\d?")
_NEXT: Final = re.compile(r"[\W_]\d")
_BORN: Final = re.compile(rf"\d{{6}}{_DAY}\d{{3}}")
_BORN_BEFORE: Final = re.compile(r"[1-8]\d{5}\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")
"""An identity number of 15 digits, as they were until 1999."""
_MOBILE: Final = re.compile(r"(?:00)?(?:86)?1[3-9]\d{9}")
_CARD: Final = re.compile(r"(?:62|[3-6])\d{13,17}")


def _groups(match: Match) -> list[str]:
    return re.findall(r"\d+", match[0])


def _items(match: Match) -> list[str]:
    """What blanks and such set apart: ``3-1201、3-1202`` are two items of two groups each."""
    return [item for item in re.split(r"[^\d\-/.,]+", match[0]) if any(map(str.isdigit, item))]


def _listed(match: Match) -> bool:
    """One of a series: room numbers, years, ranges of houses."""
    return _ascending([re.sub(r"\D", "", item) for item in _items(match)]) or _ascending(_groups(match))


def _ascending(items: Sequence[str]) -> bool:
    """Three or more, each a little more than the one before: floors by a few, rooms by up to a floor.

    Downwards is as good. Five or more short ones, such as the numbers of buses, may be further apart.
    """
    if len(items) < 3 or any(len(b) != len(a) and "0" in (a[0], b[0]) for a, b in pairwise(items)):
        return False
    steps = [int(after[-18:]) - int(before[-18:]) for before, after in pairwise(items)]
    longest = max(map(len, items))
    apart = len(items) > 4 and longest < 4 and not any(item.startswith("0") for item in items)
    far = 999 if apart else 6 if longest < 3 else 100
    return all(0 < step < far for step in steps) or all(0 < -step < far for step in steps)


def _one_number(match: Match) -> bool:
    """The groups may be those of one long number: they are neither a list nor amounts, round or with cents."""
    groups = _groups(match)
    if len(groups) == 1 or _BORN.match("".join(groups)):
        return True
    items = _items(match)
    amounts = len(items) > 2 and all(_AMOUNT.fullmatch(item) for item in items)
    return not amounts and not _listed(match)


def _long(match: Match) -> bool:
    return len("".join(_groups(match))) > 9


def _an_id(match: Match) -> bool:
    """Not just the next word after ``WeChat``: it has a digit, or is introduced as the id."""
    before = match[0][: match.start("number") - match.start()]
    return any(map(str.isdigit, match["number"])) or bool(re.search("[:是为号]", before))


def _leads_to_nobody(match: Match) -> bool:
    """Whatever it is called, the number is that of no card and no person: mobile, card by its first digits and check
    digit, identity number by the birthday in it (a mistyped check character does not make it another's).
    """
    digits = re.sub(r"\D", "", match["number"])
    if _MOBILE.fullmatch(digits) or _BORN.fullmatch(digits[:17]) or _BORN_BEFORE.fullmatch(digits):
        return False
    return not (_CARD.fullmatch(digits) and _luhn(digits))


def _luhn(digits: str) -> bool:
    """ISO/IEC 7812: the last digit of a card's number checks the others."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _not_listed(match: Match) -> bool:
    return not _listed(match)


def _measured(match: Match) -> bool:
    """A unit follows, or a currency or a word for quantities stands before."""
    text, end = match.string, match.end()
    before = text[max(0, match.start() - 8) : match.start()]
    return bool(_MONEY.match(text, end) or _UNIT.match(text, end) or _QUANTITY.search(before))


def _spoken_of(match: Match) -> bool:
    """A word for telephones stands near."""
    text, start, end = match.string, match.start(), match.end()
    return bool(_PHONE_WORD.search(text, max(0, start - 24), start) or _PHONE_WORD.search(text, end, end + 16))


def _local_line(match: Match) -> bool:
    """A landline without its area code: spoken of as a phone, or of eight digits, four and four, and no quantity."""
    groups = _groups(match)
    if _MONEY.match(match.string, match.end()) or _listed(match):
        return False
    if _spoken_of(match):
        return not any(_HOTLINE.fullmatch(group) for group in groups)
    if len(groups) == 1:
        return not _counted(match)
    return [len(group) for group in groups] == [4, 4] and not _range(match) and not _measured(match)


def _range(match: Match) -> bool:
    """``2020-2021``, ``5000-8000``, ``2201 2202``; or a part of a longer row."""
    first, second = (int(group) for group in _groups(match))
    near = 0 < second - first < 100
    rounded = first < second and first % 10 == second % 10 == 0
    start, end = match.span()
    row = re.search(r"\d[\W_]$", match.string[max(0, start - 2) : start]) or _NEXT.match(match.string, end)
    return near or rounded or bool(row)


def _counted(match: Match) -> bool:
    """An amount, a date in one piece, or the number of a case rather than a telephone."""
    return match[0].endswith("0000") or bool(_STAMP.fullmatch(match[0])) or _measured(match)


def _not_counted(match: Match) -> bool:
    return not _counted(match)


# --- the table --------------------------------------------------------------------------------------------------------

_S: Final = r"[\W_]{0,4}"
"""What may stand between two digits of a number."""

_LOCAL: Final = r"(?<![a-z0-9._%+-])[a-z0-9._%+-]++"
_HOST: Final = r"[a-z0-9\-\u4e00-\u9fff]{1,63}"
_ENDING: Final = r"(?:com|cn|net|org|edu|gov|info|me|io|hk|tw|mo|中国|公司|网络)(?![a-z])"
_PROVIDER: Final = "(?:qq|163|126|139|gmail|foxmail|sina|outlook|hotmail)"
_ATS: Final = ("@", "at", "艾特", "号")
_AT: Final = r"\s{0,3}(?:@|[(\[{<【「]\s?(?:at|@|艾特)\s?[)\]}>】」]|艾特|号(?=[a-z]))\s{0,3}"
_DOT: Final = r"[.。]"
_SAYING_DOT: Final = r"\s?[(\[]?\s?(?:dot|点)\s?[)\]]?\s?"
_PLAIN_ENDING: Final = "(?:com|cn|net|org|edu|gov)(?![a-z])"
_SAID_DOT: Final = rf"(?:\s?[.。·]\s?|{_SAYING_DOT})"

_MONTH_AND_DAY: Final = r"(?:0?[1-9]|1[0-2]){0}(?:0?[1-9]|[12]\d|3[01])"
_DATE: Final = "|".join(
    [
        _DAY,
        *(r"(?:19|20)\d\d" + re.escape(sign) + _MONTH_AND_DAY.format(re.escape(sign)) for sign in "-/."),
        r"(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.](?:19|20)\d\d",
    ]
)
_BIRTHDAY: Final = r"(?:18|19|20)\d\d{S}(?:0[1-9]|1[0-2]){S}(?:0[1-9]|[12]\d|3[01])"
_PROVINCE: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
_DOCUMENTS: Final = r"护照|通行证|证件|证号|身份证|居住证|回乡证|台胞证|军官证|驾驶证|行驶证|passport|permit|\bid\b"
_ACCOUNTS: Final = "银行卡|卡号|[账帐][号户]|存折|account|card|iban"
_CHATS: Final = "(?<![a-z])(?:qq|wx|vx|wechat|weixin|v信)|加v|扣扣|企鹅|[微威薇][信芯]"
_CHAT_CLUES: Final = ("qq", "wx", "vx", "wechat", "weixin", "加v", "信", "芯", "扣扣", "企鹅")


_PARCELS: Final = (
    r"(?:快递|运|订|物流|包裹|发货|取件|退货|维修|工|流水|受理|货|保)单?(?:编?号码?|码)|单号|"
    r"(?<![a-z])(?:parcel|tracking|order|waybill|shipment|ticket|package|delivery)\s(?:number|no|id|code)"
)
_SHIPMENT: Final = re.compile(
    rf"(?:{_PARCELS})[是为:号.\s]{{0,4}}(?P<number>[a-z]{{0,4}}\d{{8,24}})(?![\w@])(?![\W_]\d{{4}})"
)
"""In one piece, so that no telephone behind it is taken for its end. In doubt it is none."""


def _re(pattern: str) -> re.Pattern[str]:
    """``{S}`` stands for the separators."""
    return re.compile(pattern.replace("{S}", _S))


def _number(pattern: str) -> re.Pattern[str]:
    """That number, and not a part of a longer run of digits."""
    return _re(rf"(?<!\d)(?:{pattern})(?!\d)")


def _named(words: str, pattern: str) -> re.Pattern[str]:
    """Behind one of these words, and what leads from it to the number, that pattern."""
    return _re(rf"(?:{words})(?:号码|号|群|number|card|no|id|is|[是为:.\s]){{0,6}}(?P<number>{pattern})")


RULES: Final = (
    Rule("e-mail", _re(rf"{_LOCAL}{_AT}{_HOST}(?:{_SAID_DOT}{_HOST})?{_SAID_DOT}{_PLAIN_ENDING}"), head=1, clues=_ATS),
    Rule("e-mail", _re(rf"{_LOCAL}{_AT}(?:{_HOST}{_DOT}){{1,5}}(?:[a-z]{{2,24}}|{_ENDING})"), head=1, clues=_ATS),
    Rule("e-mail", _re(rf"{_LOCAL}\s+at\s+{_HOST}{_SAYING_DOT}{_ENDING}"), head=1, clues=(" at ",)),
    Rule("e-mail", _re(rf"{_LOCAL}@{_PROVIDER}(?![a-z0-9])"), head=1, clues=("@",)),
    Rule("e-mail", _re(rf"@(?:{_HOST}{_DOT}){{1,2}}{_ENDING}"), clues=("@",)),  # 张三@…: the name is a word and stays
    # the mobile number as most people type it; GB 11643: region, birthday, serial number, check character
    Rule("phone", _number(r"(?:86)?1[3-9]\d{9}"), 3, 2),
    Rule("parcel or order", _SHIPMENT, when=_leads_to_nobody, readable=True),
    Rule("identity number", _number(rf"[1-9]\d{{5}}{{S}}{_BIRTHDAY}{{S}}\d{{S}}\d{{S}}\d{{S}}[\dx]")),
    Rule("identity number", _number(r"[1-9]\d{16}[\dx]|[a-z]{1,2}\d{6}\([\da]\)")),  # mistyped ones, and Hong Kong's
    Rule("date", _re(rf"(?<!\d)(?<!\d[-/.])(?:{_DATE})(?:\s?[-~至到]\s?(?:{_DATE}))?(?![-/.]?\d)"), readable=True),
    Rule("time", _re(r"(?<![\d:])(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?!:?\d)"), readable=True),
    Rule("amount", _re(r"(?<!\d)(?<!\d,)\d{1,3}(?:,\d{3})++(?:\.\d+)?(?![\d,])"), when=_measured, readable=True),
    Rule("years", _re(r"(?<!\d)(?<!\d-)(?:19|20)\d\d-(?:19|20)\d\d(?!-?\d)"), readable=True),
    Rule("building, unit, room", _re(r"(?<!\d)(?<!\d-)\d{1,2}-\d{1,2}-\d{3,4}(?!-?\d)"), readable=True),
    Rule("IBAN", _re(r"(?<![a-z0-9])[a-z]{2}\d\d(?:\s?[a-z0-9]{4}){2,7}(?:\s?[a-z0-9]{1,4})?(?![a-z0-9])"), when=_long),
    Rule("bank card", _number(r"\d{4}([\W_]{1,4})\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?(?!\1\d)"), when=_not_listed),
    # bank cards have 15 to 19 digits in whatever groups, identity numbers 15 or 18; a longer row may hold several
    Rule("bank card, identity number", _re(r"\d(?:{S}\d){14,}+(?:{S}x(?![a-z]))?"), when=_one_number),
    Rule("phone", _re(r"(?:\+|(?<!\d)00){S}[1-9](?:{S}\d){7,14}(?!\d)"), 3, 2),
    Rule("phone", _number(r"(?:8{S}6{S})?1{S}[3-9](?:{S}\d){9}"), 3, 2, _not_listed),
    # 138 1234 56783号楼: a house glued to it
    Rule("phone", _re(r"(?<!\d)1[3-9]\d[\W_]{1,4}\d{4}[\W_]{1,4}\d{4}"), head=3),
    Rule("phone", _number(r"[48]00(?:{S}\d){7}|(?:852|853|886){S}[2-9](?:{S}\d){7,8}"), 3, 2, _not_listed),
    Rule("phone", _number(r"(?:0[12]\d|0[3-9]\d\d)(?:{S}\d){7,8}(?:[-转]\d{1,5})?"), 3, 2, _not_listed),
    Rule(
        "phone",
        _number(r"0[1-9](?:[\W_]{1,2}\d\d){4}|(?:1[\W_]{1,3})?[2-9]\d\d[\W_]{1,3}\d{3}[\W_]{1,3}\d{4}"),
        0,
        2,
        _not_listed,
    ),
    Rule(
        "passport or permit",
        _re(r"(?<![a-z0-9])(?:[a-z]{1,2}\d{7,10}|[a-z]{1,2}\d{4}[ -]\d{4}|[ceghm](?:[ -]?\d){8})(?![a-z0-9])"),
        1,
        0,
    ),
    Rule("passport or permit", _named(_DOCUMENTS, r"[a-z]{0,3}\s?\d(?:{S}\d){5,17}[a-z]?")),
    Rule("bank account", _named(_ACCOUNTS, r"[a-z]{0,4}\d(?:{S}\d){5,33}")),
    Rule("QQ or WeChat", _named(_CHATS, r"[a-z][a-z0-9_-]{4,19}|\d(?:{S}\d){4,11}"), when=_an_id, clues=_CHAT_CLUES),
    Rule("licence plate", _re(rf"[{_PROVINCE}][a-z][\W_]?(?=[a-z]{{0,5}}\d)[a-z0-9]{{5,6}}(?![a-z0-9])"), 2, 0),
    Rule("phone", _re(r"(?<!\d)(?<!\d\.)\d{9,}+"), 3, 2, _not_counted),
    Rule("phone", _re(r"(?<!\d)(?<!\d\.)[2-9](?:[\W_]{0,3}\d){6,7}(?!\d)(?!\.\d)"), 0, 2, _local_line),
)


# --- the text ---------------------------------------------------------------------------------------------------------

_HIDDEN: Final = "々"
"""Stands for what is dealt with: a letter, so that no number reaches across it."""
_INVISIBLE: Final = "\u200b"
_SIGNS: Final = {**dict.fromkeys("$¥￥€£", "元"), **dict.fromkeys("#＃№", "号"), **dict.fromkeys("×хХ✕", "x")}
_SPOKEN_DIGITS: Final = ("零〇○洞", "一幺壹", "二两贰", "三叁", "四肆", "五伍", "六陆", "七拐柒", "八捌", "九勾玖")
_NUMERALS: Final = {ord(sign): str(digit) for digit, signs in enumerate(_SPOKEN_DIGITS) for sign in signs}
_NUMERAL_RUN: Final = re.compile(r"[N\d](?:[\W_]{0,4}[N\d]){6,}".replace("N", "".join(map(chr, _NUMERALS))))


_WITHOUT_DIGITS: Final = tuple(rule for rule in RULES if rule.clues)
"""All others look around digits only."""
_AROUND: Final = 30
"""As much of the text before and after digits as a rule may want to see."""
_WITH_DIGITS: Final = re.compile(rf"\d(?:\D{{0,{2 * _AROUND}}}\d)*+")


def mask(text: str) -> str:
    """The text, as long as before, with every phone, identity and bank-card number and e-mail masked by ``*``."""
    masked = list(text)
    for rule, places in _numbers(text):
        _cover(masked, places, rule)
    return "".join(masked)


def found(text: str) -> list[str]:
    """The names of the rules that mask something in the text, in the order in which they do."""
    return list(dict.fromkeys(rule.name for rule, _ in _numbers(text)))


def _numbers(text: str) -> Iterator[tuple[Rule, Sequence[int]]]:
    """What is to be masked: by which rule, and where its characters stand."""
    plain, places = _plain(text)
    passages = [(max(0, found.start() - _AROUND), found.end() + _AROUND) for found in _WITH_DIGITS.finditer(plain)]
    for rule in RULES if passages else _WITHOUT_DIGITS:
        for start, end in _found(rule, plain, passages):
            if not rule.readable:
                yield rule, [places[i] for i in range(start, end)]
            plain = plain[:start] + _HIDDEN * (end - start) + plain[end:]


def _found(rule: Rule, plain: str, passages: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where the rule applies."""
    if rule.clues:
        passages = [(0, len(plain))] if any(clue in plain for clue in rule.clues) else []
    matches = (match for passage in passages for match in rule.pattern.finditer(plain, *passage) if rule.when(match))
    return [match.span(match.lastgroup or 0) for match in matches]


def _cover(masked: list[str], places: Sequence[int], rule: Rule) -> None:
    """Put ``*`` over the letters, digits and signs there, but for the head and tail that may stay."""
    signs = [place for place in places if _is_sign(masked[place])]
    for place in signs[rule.head : len(signs) - rule.tail]:
        masked[place] = "*"


def _is_sign(character: str) -> bool:
    return character.isalnum() or character in "@._+" or unicodedata.digit(character, None) is not None


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """The text as the rules see it, and where each of its characters stands in the text itself."""
    text = text.translate({ord(character): _folded(character) for character in set(text)})
    places: Sequence[int] = range(len(text))
    if _INVISIBLE in text:
        places = [i for i in places if text[i] != _INVISIBLE]
        text = text.replace(_INVISIBLE, "")
    return _NUMERAL_RUN.sub(lambda run: run[0].translate(_NUMERALS), text), places


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    """The one character by which the rules know it."""
    if character in _SIGNS:
        return _SIGNS[character]
    digit, category = unicodedata.digit(character, None), unicodedata.category(character)
    if digit is not None:
        return str(digit)
    if category in {"Cf", "Mn", "Me"}:  # joiners, marks, the frame of a keycap
        return _INVISIBLE
    if category in {"Pd", "Zs"}:
        return "-" if category == "Pd" else " "
    simple = unicodedata.normalize("NFKC", character).lower()
    return simple if len(simple) == 1 and simple.isascii() else character


def shorten(text: str, length: int) -> str:
    """The text in one piece of at most ``length`` characters; ``…`` says that something was left out."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
