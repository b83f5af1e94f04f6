"""Personal data by their form, tested where there is a check digit; what is kept free for examples is none."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a datum is, in one and in several."""

    EMAIL = ("an e-mail address", "e-mail addresses")
    PHONE = ("a phone number", "phone numbers")
    CARD = ("a card number", "card numbers")
    IBAN = ("a bank account number", "bank account numbers")
    SOCIAL = ("a social security number", "social security numbers")
    HEALTH = ("a health service number", "health service numbers")


@dataclass(frozen=True, slots=True)
class Datum:
    """One datum and where it stands first."""

    kind: Kind
    start: int
    end: int
    text: str


_EMAIL = re.compile(r"(?<![\w.+/-])[A-Za-z0-9][\w.+-]{1,60}@(?:[A-Za-z0-9-]{1,60}\.){1,4}[A-Za-z]{2,8}(?![\w@/-])")
_IN_NAMES = string.ascii_letters + string.digits + "_.+-"
_NAME = 70
_SHORTEST = 8
_SIGN = "://"
_JOINED = tuple("&%$!~^*?/")
_OF_MAIL = ("message-id", "message_id", "messageid")
_QUOTES = "<\\\"': ="
_TRIED = 20_000
"""Signs in one text that are looked at."""
_ENDINGS = frozenset(
    {"com", "org", "net", "edu", "gov", "mil", "int", "io", "ai", "co", "info", "biz", "dev", "app", "me", "tv", "eu"}
    | {"uk", "de", "fr", "it", "es", "nl", "be", "ch", "at", "se", "no", "dk", "fi", "pl", "cz", "pt", "ie", "gr", "ro"}
    | {"hu", "ru", "ua", "tr", "il", "in", "cn", "jp", "kr", "tw", "hk", "sg", "au", "nz", "ca", "us", "mx", "br", "ar"}
    | {"cl", "za", "ng", "ke", "eg", "ae", "sa", "pk", "bd", "vn", "th", "my", "id", "ph", "lu", "sk", "si", "bg", "hr"}
)
_NOBODY = re.compile(
    r"(?i)^(?:(?:no-?reply|info|support|contact|admin|hello|sales|help|service|team|office|press|jobs|career|hr|mail"
    r"|e-?mail|user|username|name|first|last|your|my|you|me|test|demo|sample|foo|bar|someone|somebody|anyone|recipient"
    r"|sender|from|to|git|root|webmaster|postmaster|security|abuse|legal|privacy|billing|feedback|newsletter|customer"
    r"|client|employee|manager|boss|person|abc|xyz|aaa|bbb|xxx|john|jane|jon|alice|bob|charlie|carol|dave|eve|mary|max"
    r"|jdoe|janedoe|johndoe|doe|smith|jsmith|acme|dev|developer|data|api|bot|agent|assistant|notification|alert|ops"
    r"|devops|marketing|finance|it|ml|research|author|owner|group|list|dl|ceo|cto|cfo|student|teacher|guest|dummy|fake"
    r"|example|placeholder|anonymous|unknown|nobody|abcd|qwerty|a|b|c|x|y|z)(?:[\d._+-].*)?)$"
)
_INVENTED = re.compile(
    r"doe|smith|news|editor|desk|letters|secretar|reception|enquir|inquir|company|info$|name|user|test|customer|example"
    r"|your|admin|team|community|group|club|office|service|support|abc|paypal|member|mail|contact|person|subscri|request|reddit|(.)\1{3}"
)
_FREE = re.compile(r"[a-z]{2,9}@(?:gmail|yahoo|hotmail|outlook|icloud|aol|live|msn|proton(?:mail)?)\.\w+")
"""One first name at one of the large providers: in use for decades, and what people invent."""
_NOWHERE = re.compile(
    r"(?i)(?:^|\.)(?:example|test|invalid|localhost|email|mail|domain|company|acme|corp|yourcompany|mycompany|your.*|abc"
    r"|xyz|foo|bar|server|host|mydomain|yourdomain|somewhere|sample|demo|placeholder|fake|dummy|contoso|fabrikam"
    r"|northwind|adventure-works|techcorp|startup|business|organization|site|website|provider|users\.noreply\.github"
    r"|noreply|googlegroups|lists|python|iam\.gserviceaccount|gserviceaccount|group\.calendar\.google|address|inc"
    r"|github|gitlab|bitbucket|.*corporation|.*corp|.*company|whatever|some.*|any.*|globex|initech|umbrella|enron)(?:\.[a-z]{2,8}){1,2}$"
)
_PHONES = (
    re.compile(r"\+\d{1,3}[ -]\(?\d{2,4}\)?(?:[ -]\d{2,4}){2,4}(?![\w.-])"),
    re.compile(r"\(\d{3}\) ?\d{3}-\d{4}(?![\w.-])"),
)
_FICTION = re.compile(r"555|(\d)\1{4}|12345|23456|34567|45678|56789|98765|01234")
_CARD = re.compile(
    r"(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|3[47]\d{2}|6011|65\d{2}|35\d{2})(?:[ -]?\d{4}){2}[ -]?\d{3,4}(?![\w.-])"
)
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
_SHORTEST_IBAN = 15
_SSN = re.compile(r"\d{3}-\d{2}-\d{4}(?![\w-])")
_NO_SSN = re.compile(r"000|666|9|\d{3}00|\d{5}0000")
"""Of these nobody has any. Found apart, for a pattern that begins with a digit is faster."""
_NINO = re.compile(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)")
_NHS = re.compile(r"\d{3}[ -]?\d{3}[ -]?\d{4}(?![\w-])")
_BEFORE = re.compile(r"[\w.-]")
_LETTER = re.compile(r"[a-z0-9]")
_WITH_CARDS = ("credit", "debit")
_REST = re.compile(r"(?:s|_?(?:num|no|id)[a-z]{0,9})?(?![a-z0-9])")
_KNOWN = frozenset(
    # What the networks, the banks and the offices give as examples: the last digits, for no whole number stands here.
    {"11111111", "81881", "42424", "54444", "05100", "10005", "98431", "05904", "11117", "09424", "66664", "00003"}
    | {"51126", "99999"}
)


def personal(text: str, *, emails: bool = True) -> list[Datum]:
    """The personal data in a text, each once. Cheap where there are none: each begins with a sign or a word.

    A phone number by itself may be anybody's, an office's most often; it counts only beside something else.
    """
    every = [*_all(text, emails=emails)] if len(text) >= _SHORTEST else []
    if not every:
        return every
    found = {datum.text: datum for datum in reversed(every)}
    is_whose = any(each.kind is not Kind.PHONE for each in every)
    return [each for each in reversed(found.values()) if is_whose or each.kind is not Kind.PHONE]


def is_personal(text: str) -> bool:
    """Whether there are any."""
    return bool(personal(text))


def counted(found: Iterable[Datum]) -> str:
    """``3 e-mail addresses and a card number``; empty when there are none."""
    counts = Counter(datum.kind for datum in found)
    parts = [kind.value[0] if number == 1 else f"{number} {kind.value[1]}" for kind, number in counts.items()]
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1]))) if parts else ""


def _all(text: str, *, emails: bool) -> Iterator[Datum]:
    somebody = list(_emails(text)) if emails and "@" in text else []
    yield from somebody
    lower = text.lower()
    if somebody:
        yield from _phones(text)
    for word, pattern, kind, is_right in _BY_WORD:
        if _stands(word, lower):
            yield from _checked(pattern, text, kind, is_right)


def _emails(text: str) -> Iterator[Datum]:
    at = -1
    for _ in range(_TRIED):
        at = text.find("@", at + 1)
        if at < 0:
            return
        # Matched from where its first part begins, so that the time does not grow with what stands in front.
        before = text[max(0, at - _NAME) : at]
        start = at - len(before) + len(before.rstrip(_IN_NAMES))
        match = _EMAIL.match(text, start, at + 300) if start < at else None
        if match is not None and match.end() > at and _is_somebody(match[0]) and not _in_address(text, start):
            yield Datum(Kind.EMAIL, match.start(), match.end(), match[0])


def _in_address(text: str, start: int) -> bool:
    """Whether it names no person: a login in ``scheme://name:password@host``, a message, a longer word."""
    before = text[max(0, start - _NAME) : start]
    return before.endswith(_JOINED) or _goes_on(before) or before.lower().rstrip(_QUOTES).endswith(_OF_MAIL)


def _goes_on(before: str) -> bool:
    """Whether what follows stands in an address of the web."""
    return _SIGN in before and not any(map(str.isspace, before[before.rfind(_SIGN) :]))


def _is_somebody(email: str) -> bool:
    name, _, domain = email.lower().partition("@")
    if domain.rpartition(".")[2] not in _ENDINGS or _NOWHERE.search(domain) or _FREE.fullmatch(email.lower()):
        return False
    return not (_NOBODY.match(name) or _INVENTED.search(name)) and any(map(str.isalpha, name))


def _phones(text: str) -> Iterator[Datum]:
    for pattern in _PHONES:
        for match in pattern.finditer(text):
            digits = "".join(filter(str.isdigit, match[0]))
            before = text[match.start() - 1 : match.start()]
            if len(digits) in range(10, 16) and not (before.isalnum() or before == ".") and not _FICTION.search(digits):
                yield Datum(Kind.PHONE, match.start(), match.end(), match[0])


def _checked(pattern: re.Pattern[str], text: str, kind: Kind, is_right: Callable[[str], bool]) -> Iterator[Datum]:
    for match in pattern.finditer(text):
        plain = "".join(filter(str.isalnum, match[0]))
        is_whole = match.start() == 0 or not _BEFORE.match(text, match.start() - 1)
        if is_whole and is_right(plain) and not _goes_on(text[max(0, match.start() - _NAME) : match.start()]):
            yield Datum(kind, match.start(), match.end(), match[0])


def _stands(word: str, lower: str) -> bool:
    """Whether the word is there by itself, as in ``NHS number``, ``nhs_no`` or ``creditcard``; not within another."""
    at = lower.find(word)
    while at >= 0:
        begins = at == 0 or _LETTER.match(lower, at - 1) is None or lower.endswith(_WITH_CARDS, 0, at)
        if begins and _REST.match(lower, at + len(word)):
            return True
        at = lower.find(word, at + 1)
    return False


def _is_no_example(digits: str) -> bool:
    return not (_FICTION.search(digits) or digits.endswith(tuple(_KNOWN)) or digits[:2] == "QQ")


def _is_ssn(digits: str) -> bool:
    """Not one that somebody typed with one finger."""
    return _NO_SSN.match(digits) is None and _is_no_example(digits) and len(set(digits[:3])) > 1


def _is_card(digits: str) -> bool:
    """By Luhn's formula."""
    doubled = [sum(divmod(int(each) * 2, 10)) if number % 2 else int(each) for number, each in enumerate(digits[::-1])]
    return sum(doubled) % 10 == 0 and _is_no_example(digits)


def _is_iban(text: str) -> bool:
    """By the remainder of ISO 7064; not those that banks print as examples."""
    turned = text[4:] + text[:4]
    number = int("".join(str(int(each, 36)) for each in turned))
    is_example = text[4:8] in {"WEST", "3704"} or not _is_no_example(text)
    return len(text) >= _SHORTEST_IBAN and number % 97 == 1 and not is_example


def _is_nhs(digits: str) -> bool:
    """By the remainder that the last digit makes up for."""
    rest = 11 - sum(int(each) * (10 - number) for number, each in enumerate(digits[:9])) % 11
    return rest % 11 == int(digits[9]) and rest != 10 and _is_no_example(digits)  # noqa: PLR2004 - never given out


_BY_WORD = (
    ("card", _CARD, Kind.CARD, _is_card),
    ("visa", _CARD, Kind.CARD, _is_card),
    ("iban", _IBAN, Kind.IBAN, _is_iban),
    ("ssn", _SSN, Kind.SOCIAL, _is_ssn),
    ("social security", _SSN, Kind.SOCIAL, _is_ssn),
    ("national insurance", _NINO, Kind.SOCIAL, _is_no_example),
    ("nhs", _NHS, Kind.HEALTH, _is_nhs),
)
"""Numbers are looked for only beside a word that says what they are; many others have their form."""
