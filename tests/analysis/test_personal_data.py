from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_aisec.model import Part, Severity
from jupyter_aisec.rules import all_rules
from jupyter_aisec.rules.personal import Kind, counted, personal

if TYPE_CHECKING:
    from tests.analysis.conftest import Analyse, Check

RULES = {rule.name: rule for rule in all_rules()}
EMAIL = "ann.lee@bigbank.co.uk"


def with_luhn(digits: str) -> str:
    """The digits, and the one that makes them a card's."""
    doubled = [sum(divmod(int(each) * 2, 10)) if n % 2 == 0 else int(each) for n, each in enumerate(digits[::-1])]
    return digits + str(-sum(doubled) % 10)


def with_check(country: str, account: str) -> str:
    """An account with the check digits of its country."""
    number = int("".join(str(int(each, 36)) for each in account + country + "00"))
    return f"{country}{98 - number % 97:02d}{account}"


CARD = with_luhn("453928071364027")
IBAN = with_check("DE", "502109007281930467")
PEOPLE = {
    EMAIL: Kind.EMAIL,
    f"card: {CARD}": Kind.CARD,
    f"Visa {CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:]}": Kind.CARD,
    f"IBAN {IBAN}": Kind.IBAN,
    "SSN 219-46-7312": Kind.SOCIAL,
    "National Insurance AB 31 70 26 C": Kind.SOCIAL,
    "NHS 943 476 5919": Kind.HEALTH,
    f"{EMAIL} +44 20 7946 0018": Kind.PHONE,
}


@pytest.mark.parametrize("text", PEOPLE)
def test_personal_datum_is_found(text: str) -> None:
    assert PEOPLE[text] in {datum.kind for datum in personal(f"row = '{text}' end")}


NOBODY = [
    "user@example.com",
    "postgresql://ann:Tr0ub4dor&3xyz@db.bigbank.co.uk/prod",
    "ftp://ann.lee@files.bigbank.co.uk",
    "john.doe@gmail.com",
    "alice@company.com",
    "noreply@bigbank.co.uk",
    "support@bigbank.co.uk",
    "git@github.com:org/repo.git",
    "ann@users.noreply.github.com",
    "sa@project.iam.gserviceaccount.com",
    "icon@2x.png",
    "X@W.T",
    "https://medium.com/@ann.lee",
    "pkg@1.2.3",
    "card 4111 1111 1111 1111",
    f"card {CARD[:-1]}{(int(CARD[-1]) + 1) % 10}",
    f"id {CARD}",
    "IBAN GB82 WEST 1234 5698 7654 32",
    "SSN 123-45-6789",
    "SSN 078-05-1126",
    "SSN 111-22-9876",
    f"card https://form.bigbank.co.uk/{CARD}",
    f"'message_id': '<{EMAIL}>'",
    "219-46-7312",
    "+44 20 7946 0018",
    "(713) 370-0670",
    "[+1.23 -4.56 +7.89]",
]


@pytest.mark.parametrize("text", NOBODY)
def test_example_or_office_is_nobody(text: str) -> None:
    assert personal(f"row = '{text}' end") == []


def test_data_are_counted_by_kind() -> None:
    found = personal(f"{EMAIL} x{EMAIL} card {CARD}")
    assert counted(found) == "2 e-mail addresses and a card number"
    assert counted([]) == ""


FOUND = [
    ("pii-in-source", f"row = {{'email': '{EMAIL}'}}"),
    ("pii-in-source", f"--- markdown\nOur customer's card is {CARD}"),
    ("pii-in-output", f"df.head()\n--- output\n0 Ann {EMAIL}"),
    ("absolute-local-path", r"open('C:\\Users\\ann\\x.csv')"),
    ("absolute-local-path", r"open(r'\\fileserver\share\x.csv')"),
    ("absolute-local-path", "x\n--- output\n/Users/annlee/x.csv"),
]


@pytest.mark.parametrize(("rule", "source"), FOUND)
def test_other_places(rule: str, source: str, analyse: Analyse) -> None:
    assert [each.rule for each in analyse(source, rule=RULES[rule]).findings] == [rule]


SILENT = [
    f"# Author: {EMAIL}\nx = 1",
    f"x = 1  # ask {EMAIL}",
    f"__author__ = '{EMAIL}'",
    f"--- markdown\nWritten by {EMAIL}",
    "open('/home/jovyan/work/x.csv')",
    "open('/home/your-name/x.csv')",
    "x = '\\\\u202a\\\\u202b'",
]


@pytest.mark.parametrize("source", SILENT)
def test_credits_and_standard_folders_are_silent(source: str, check: Check) -> None:
    assert check(source, rule=RULES["absolute-local-path"]) == []


def test_many_in_one_cell_are_one_finding(analyse: Analyse) -> None:
    rows = ", ".join(f"'ann{number}.lee@bigbank.co.uk'" for number in range(200))
    (finding,) = analyse(f"rows = [{rows}]").findings
    assert finding.message.startswith("200 e-mail addresses stand in this cell; ")


def test_output_with_people_is_cleared(analyse: Analyse) -> None:
    (finding,) = analyse(f"df\n--- output\n{EMAIL}").findings
    assert finding.place.part is Part.OUTPUT
    assert finding.fix is not None
    assert finding.fix.safe
    assert EMAIL not in finding.message


def test_a_row_of_addresses_is_worse_than_one(analyse: Analyse) -> None:
    people = ["ann.lee", "tom.ray", "kim.wu"]
    one, many = (
        analyse(f"mails = {[f'{name}@bigbank.co.uk' for name in names]}").findings for names in (people[:1], people)
    )
    assert [finding.severity for finding in one] == [Severity.LOW]
    assert [finding.severity for finding in many] == [Severity.MEDIUM]


LISTS = [
    "ann.lee@bigbank.co.uk\ntom.ray@bigbank.co.uk\nkim.wu@bigbank.co.uk",
    "annlee77@gmail.com\ntom.ray@siemens.com\nkim.wu@yale.edu",
    f"card {CARD}",
]
"""People at work together, at a large provider; a number that is one's own."""


@pytest.mark.parametrize("people", LISTS)
def test_list_of_people_is_medium(people: str, analyse: Analyse) -> None:
    (finding,) = analyse(f"df\n--- output\n{people}").findings
    assert finding.severity is Severity.MEDIUM


INVENTED = [
    "zuni@smith.info\nvmata@colon.com\nstan@benson.org\ncolin@miles.net",
    "ann.lee@bigbank.co.uk +1 (780) 428-9482 +1 (780) 428-3457",
    f"card {CARD} of John Doe",
    f"card {CARD}, a.customer@example.com",
    "with Presidio:\n" + LISTS[0],
    "INSERT INTO chinook.customers\n" + LISTS[1],
    LISTS[0] + "\n397.884.0519x718",
    LISTS[0] + "\n\nAbstract\nWe show that",
    LISTS[1] + "\\n\\nAbstract\\nWe show that",
    "Corresponding author: " + LISTS[1],
]
"""At a domain of its own each, beside words and numbers that only examples have, at the head of a paper."""


@pytest.mark.parametrize("people", INVENTED)
def test_invented_and_published_data_are_low(people: str, analyse: Analyse) -> None:
    (finding,) = analyse(f"df\n--- output\n{people}").findings
    assert finding.severity is Severity.LOW


def test_words_far_away_say_nothing_of_a_list(analyse: Analyse) -> None:
    (finding,) = analyse(f"df\n--- output\nabstract {'.' * 3000}\n{LISTS[0]}").findings
    assert finding.severity is Severity.MEDIUM
