"""Files that shell commands download: what arrives is what the server sends that day."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_aisec.analysis.command import Command, Word
from jupyter_aisec.analysis.fetched import is_pinned, is_remote
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import DATA
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.addresses import danger, is_public_plain, outline, short
from jupyter_aisec.rules.downloads import FAMILY, unless_verified
from jupyter_aisec.rules.shell_certificates import switched_off

_CURL_VALUES = frozenset(
    {"-o", "--output", "-H", "--header", "-d", "--data", "-X", "--request", "-u", "--user", "-A", "--user-agent", "-b"}
    | {"--output-dir", "-e", "--referer", "--retry", "--max-time", "-m", "-F", "--cookie", "-c", "--data-raw"}
)
_SENDS = ("-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--json", "-F", "--form")
_WGET_VALUES = frozenset(
    {"-O", "--output-document", "-P", "--directory-prefix", "-o", "--header", "-U", "--tries", "-t", "-i"}
    | {"--user-agent", "-T", "--timeout", "--load-cookies"}
)
_ARIA_VALUES = frozenset({"-o", "-d", "-x", "-s", "--dir", "--out", "-k", "-n"})


@FAMILY.rule(Severity.MEDIUM, topics=DATA, atlas="AML.T0010.002")
def shell_download_no_checksum(command: Command) -> Iterator[Hit]:
    """A shell command downloads a file and nothing compares its digest.

    The server, or whoever takes the address over, decides what the next run gets. Check the file with `sha256sum -c`
    before it is used, against the digest that its publisher names or that of the file that you looked at (`sha256sum`
    with its name prints it); then this finding disappears, in whatever cell the check stands. A full commit in the
    address does as well. Of a command that gives up encryption, only that is said. One picture or recording is low.

    Bad:
        !wget https://example.org/data.zip

    Good:
        !wget https://example.org/data.zip
        !echo "9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f data.zip" | sha256sum -c
    """
    for word, target in downloads_of(command):
        # Which file it is that an address made with unknown variables names, and whether it is compared, nobody knows.
        url = word.text
        if url is not None and not is_pinned(url) and not is_public_plain(url) and switched_off(command) is None:
            yield command.found(
                f"{command.program} keeps what {short(url)} sends; compare its SHA-256 with `sha256sum -c`",
                severity=danger(url, target),
                unless=unless_verified(target, url),
                once=url,
            )
            return


def downloads_of(command: Command) -> Iterator[tuple[Word, str | None]]:
    """Addresses that a command stores in files, a part of them perhaps unknown, and the files."""
    program = command.program
    if program == "wget":
        given = command.option("-O", "--output-document", behind="qcnvNrS")
        if command.flag("--spider") or _is_stream(given):
            return
        words = command.positionals(_WGET_VALUES)
    elif program == "curl":
        way = command.option("-X", "--request")
        if command.option(*_SENDS) or (way is not None and way.text == "POST"):
            # What a service makes of each question has no digest to compare.
            return
        given = command.option("-o", "--output", behind="sSLfkgvJR#")
        if _is_stream(given) or not (given or command.outputs or command.flag("-O", "--remote-name", "-J")):
            return
        given = given or next(iter(command.outputs), None)
        words = command.positionals(_CURL_VALUES)
    elif program in {"aria2c", "axel"}:
        given = command.option("-o", "--out")
        if command.flag("--checksum"):
            return
        words = command.positionals(_ARIA_VALUES)
    else:
        return
    target = given.text if given else None
    yield from ((word, target) for word in words if is_remote(outline(word)))


def _is_stream(word: Word | None) -> bool:
    return word is not None and (word.text in {"-", "/dev/null", "/dev/stdout"} or (word.text or "").startswith("-"))
