"""Digests and ciphers that do not hold what they promise."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.fetched import fetched
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import Family, Topics
from jupyter_aisec.analysis.values import Constant, Items, Ref, Table, Value, text
from jupyter_aisec.model import Severity

FAMILY = Family("hygiene and exposure", cwe="CWE-328", atlas="AML.T0010", guidelines=("2.2", "3.2"))

_WEAK = frozenset({"md4", "md5", "sha1", "sha-1"})
_FILE = re.compile(r"(?:builtins\.open\(\)|io\.open\(\)|pathlib\.Path\(\)(?:\.open\(\))?)\.read(?:_bytes)?\(")
_TOOLS = {"md5sum": "MD5", "sha1sum": "SHA-1", "md5": "MD5"}
_EXPECTED = frozenset({"known_hash", "hash", "file_hash", "md5_hash"})


@FAMILY.rule(Severity.LOW, libraries=("hashlib",), named=("get_file", "retrieve", "cached_download"))
def weak_hash(call: Call | Command) -> Iterator[Hit]:
    """A file is compared by its MD5 or SHA-1.

    Two files with the same MD5 are made in seconds on a laptop, two with the same SHA-1 were first shown in 2017
    (SHAttered): who publishes the file can publish a harmless one, have its digest written down, and put the other in
    its place later. Compare the SHA-256. A name or a cache key made with MD5 is left alone, and so is
    `usedforsecurity=False`.

    Bad:
        import hashlib
        same = hashlib.md5(open("model.bin", "rb").read()).hexdigest() == expected

    Good:
        import hashlib
        same = hashlib.sha256(open("model.bin", "rb").read()).hexdigest() == expected
    """
    if isinstance(call, Command):
        if call.program in _TOOLS:
            yield call.found(f"{call.program} compares by {_TOOLS[call.program]}, which can be forged; use sha256sum")
        elif call.program == "shasum" and _bits(call) == "1":
            yield call.found("shasum compares by SHA-1, which can be forged; add -a 256")
        return
    if call.path.startswith("hashlib."):
        what, data = _hashed(call)
        if what in _WEAK and _is_content(data) and not call.is_constant(False, "usedforsecurity"):  # noqa: FBT003
            yield call.found(f"{call.called} compares files by {what.upper()}, which can be forged; use SHA-256")
        return
    for name in _EXPECTED:
        given = call.text(name) or ""
        kind = given.partition(":")[0].lower() if ":" in given else ""
        if name == "md5_hash" and call.given(name) and not call.is_constant(None, name):
            yield call.found(f"{call.called} compares by MD5, which can be forged; pass file_hash= with the SHA-256")
        elif kind in _WEAK or (name == "file_hash" and re.fullmatch(r"[0-9a-fA-F]{32}", given)):
            yield call.found(
                f"{call.called} compares by {kind.upper() or 'MD5'}, which can be forged; give the SHA-256"
            )


def _hashed(call: Call) -> tuple[str, Value | None]:
    """The algorithm, and what goes in."""
    made, _, method = call.path.removeprefix("hashlib.").partition("()")
    if made == "file_digest":
        return call.text("digest", 1) or "", Ref("builtins.open().read()")
    if method == ".update":
        # By name only: `hashlib.new("md5")` keeps its first argument, which is the algorithm.
        return call.origin if made == "new" and call.origin else made, call.value("data", 0)
    if method:
        return "", None
    if made == "new":
        return (call.text("name", 0) or "").lower(), call.value("data", 1)
    return made, call.value("string", 0)


def _is_content(value: Value | None) -> bool:
    """Whether these are the bytes of a file, or what came over the network: what an integrity check is about."""
    return isinstance(value, Ref) and (bool(_FILE.match(f"{value.path}(")) or fetched(value))


def _bits(command: Command) -> str:
    given = command.option("-a", "--algorithm")
    return "1" if given is None else given.text or ""


_CIPHERS = {"DES": "DES", "DES3": "3DES", "ARC4": "RC4", "ARC2": "RC2", "Blowfish": "Blowfish"}
_ALGORITHMS = {"ARC4": "RC4", "TripleDES": "3DES", "Blowfish": "Blowfish", "IDEA": "IDEA", "SEED": "SEED"}


@FAMILY.rule(
    Severity.HIGH,
    libraries=("jwt", "jose", "Crypto", "Cryptodome", "cryptography"),
    default=False,
    cwe="CWE-347",
    atlas="AML.T0091",
    topics=Topics("", "LLM02", "LLM02"),
    guidelines=("3.1",),
)
def jwt_or_cipher_misuse(call: Call) -> Iterator[Hit]:
    """A token's signature is not looked at, or data are encrypted with a broken cipher.

    Whoever can write JSON can write an unsigned token that says they are the administrator. ECB shows which blocks of
    the text are alike, and DES and RC4 are broken. Name the algorithms that you sign with; encrypt with AES-GCM.

    Bad:
        import jwt
        claims = jwt.decode(token, options={"verify_signature": False})

    Good:
        import jwt
        claims = jwt.decode(token, key, algorithms=["RS256"])
    """
    path = call.path
    said = _token(call) if path.startswith(("jwt.", "jose.")) else _cipher(call)
    if said:
        yield call.found(said)


def _token(call: Call) -> str | None:
    if call.name == "decode":
        options, algorithms = call.value("options"), call.value("algorithms", 2)
        off = options.values.get("verify_signature") if isinstance(options, Table) else None
        if (isinstance(off, Constant) and off.value is False) or call.is_constant(False, "verify"):  # noqa: FBT003
            return (
                f"{call.called} believes any token, whoever signed it; take the option out and pass key and algorithms"
            )
        named = algorithms.values if isinstance(algorithms, Items) else (algorithms,)
        if any((text(each) or "").lower() == "none" for each in named):
            return f'{call.called} takes tokens without a signature; take "none" out of algorithms'
    elif call.name == "encode" and (call.text("algorithm", 2) or "").lower() == "none":
        return f'{call.called} makes a token without a signature; sign it, with algorithm="RS256"'
    return None


def _cipher(call: Call) -> str | None:
    library, _, rest = call.path.partition(".")
    if library in {"Crypto", "Cryptodome"} and rest.startswith("Cipher.") and call.name == "new":
        kind = rest.split(".")[1]
        mode = call.value("mode", 1)
        if kind in _CIPHERS:
            return f"{call.called} encrypts with {_CIPHERS[kind]}, which is broken; use AES in GCM mode"
        if isinstance(mode, Ref) and mode.path.endswith(".MODE_ECB"):
            return f"{call.called} in ECB mode shows which blocks are alike; use MODE_GCM"
    elif library == "cryptography":
        if rest.endswith("ciphers.modes.ECB"):
            return f"{call.called} shows which blocks are alike; use modes.GCM"
        if ".algorithms." in rest and call.name in _ALGORITHMS:
            return f"{call.called} encrypts with {_ALGORITHMS[call.name]}, which is broken; use AES in GCM mode"
    return None
