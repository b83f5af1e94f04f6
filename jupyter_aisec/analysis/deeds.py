"""Deeds that change earlier findings: a digest is compared, a commit checked out, the code of a clone run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from jupyter_aisec.analysis import experiments
from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.evaluate import evaluate
from jupyter_aisec.analysis.hit import ANYTHING, Deed, Fact, own, thing
from jupyter_aisec.analysis.scope import Scope
from jupyter_aisec.analysis.values import HOLE, Ref, file_of, text

FULL_COMMIT = re.compile(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
_CHECKSUM = re.compile(r"(?:sha\d+|shasum|md5|b2|cksum|g?sha\d+)(?:sum)?|gpg|cosign|minisign")
_CLONE_VALUES = frozenset(
    {"-b", "--branch", "--depth", "-o", "--origin", "--revision", "-c", "--config", "--reference", "-j", "--jobs", "-C"}
    | {"--filter", "--shallow-since", "--separate-git-dir", "--template", "-u", "--upload-pack"}
)
"""Options of ``git clone`` that take a value."""
_SIGNATURES = frozenset({"gpg", "cosign", "minisign"})
_DIGEST_NAME = re.compile(r"(?i)(?:^|.*_)(?:sha_?\d+(?:sum)?|md5(?:sum)?|checksum|(?:hex)?digest|hash)(?:$|_.*)")
WRITERS = frozenset(
    {"save_pretrained", "snapshot_download", "TrainingArguments", "Seq2SeqTrainingArguments", "save_model", "SFTConfig"}
    | {"save_local", "push_to_hub"}
)
"""Calls that write a model or an index into a folder or a repository."""
_FILES = {
    "pickle.dump": ("file", 1),
    "dill.dump": ("file", 1),
    "cloudpickle.dump": ("file", 1),
    "joblib.dump": ("filename", 1),
    "torch.save": ("f", 1),
    "numpy.save": ("file", 0),
    "numpy.savez": ("file", 0),
    "yaml.dump": ("stream", 1),
    "yaml.safe_dump": ("stream", 1),
}
"""Calls that write a file, and which of their arguments it is."""
_TABLES = frozenset(
    {"to_csv", "to_excel", "to_feather", "to_hdf", "to_json", "to_ndjson", "to_orc", "to_parquet", "to_pickle"}
    | {"to_stata", "to_xml", "write_avro", "write_csv", "write_delta", "write_excel", "write_ipc", "write_json"}
    | {"write_ndjson", "write_parquet", "savetxt"}
)
"""Methods that write a table into the file that they are given first."""
_TABLE_PATHS = ("path", "path_or_buf", "excel_writer", "file", "fname")
"""The names that their libraries have for it."""
NAMED = WRITERS | experiments.NAMED | _TABLES | {"clone_from", "dump", "safe_dump", "save", "savez"}
"""Last names of the calls that can be deeds."""
_FORMATS = {"dill": "pickle", "cloudpickle": "pickle", "pandas": "pickle"}
_FOLDERS = (
    ("save_directory", 0),
    ("output_dir", 0),
    ("path", 0),
    ("folder_path", 0),
    ("hub_model_id", None),
)
_OTHER_FOLDERS: dict[str, tuple[tuple[str, int | None], ...]] = {
    "push_to_hub": (("repo_id", 0),),
    "snapshot_download": (("local_dir", None),),
}
RUNNERS = frozenset({"python", "python3", "bash", "sh", "make", "source", ".", "accelerate", "torchrun", "deepspeed"})


def of_compare(node: ast.Compare, scope: Scope) -> Iterator[Fact]:
    """``hexdigest() == expected``: the file whose bytes went in is verified."""
    if not isinstance(node.ops[0], (ast.Eq, ast.NotEq, ast.In, ast.NotIn)):
        return
    for side in (node.left, *node.comparators):
        value = evaluate(side, scope)
        if isinstance(value, Ref) and value.path.startswith("hashlib.") and "digest" in value.path.rpartition(".")[2]:
            yield Fact(Deed.VERIFIED, thing(value.argument) if value.argument else ANYTHING)
        elif isinstance(side, ast.Call) and _DIGEST_NAME.match(_last_name(side.func)):
            first = text(evaluate(side.args[0], scope)) if side.args else None
            yield Fact(Deed.VERIFIED, thing(first) if first else ANYTHING)
        elif isinstance(side, ast.Name) and value is None and _DIGEST_NAME.match(side.id):
            yield Fact(Deed.VERIFIED, ANYTHING)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def of_call(call: Call) -> Iterator[Fact]:
    """``sys.path.append("clone")`` runs what is imported from there."""
    if call.path in {"sys.path.append", "sys.path.insert"}:
        path = call.path_text("", 1 if call.name == "insert" else 0)
        yield from _parts(path or "")
    elif call.path == "os.chdir" and (path := call.path_text("path", 0)):
        yield Fact(Deed.RAN, thing(path))
    elif call.name in WRITERS:
        folders = [call.path_text(*parameter) for parameter in _OTHER_FOLDERS.get(call.name, _FOLDERS)]
        yield from (Fact(Deed.WROTE, own(folder)) for folder in folders if folder)
        if call.name == "save_local" and not any(folders):
            yield Fact(Deed.WROTE, experiments.SOME)
    elif call.path in _FILES or call.name in _TABLES:
        places = [_FILES[call.path]] if call.path in _FILES else [(name, 0) for name in _TABLE_PATHS]
        value = next((each for place in places if (each := call.value(*place)) is not None), None)
        yield from (Fact(Deed.WROTE, name) for name in _names(file_of(value)))
        if call.path in _FILES or call.name == "to_pickle":
            yield some_file(call.path.partition(".")[0] if call.path in _FILES else "pandas")
            spelled = pattern(call.argument(*places[0]))
            yield from [spelled] if spelled else []
    elif call.path == "git.Repo.clone_from" and (clone := call.path_text("to_path", 1)):
        yield Fact(Deed.CLONED, thing(clone))
    elif call.name in experiments.NAMED:
        yield from experiments.of_call(call)
    elif call.path in {"hmac.compare_digest", "secrets.compare_digest"}:
        yield Fact(Deed.VERIFIED, ANYTHING)


def some_file(library: str) -> Fact:
    """A file of the format of a library was written, whatever its name is."""
    return Fact(Deed.WROTE, f"{HOLE}.{_FORMATS.get(library, library)}")


def pattern(node: ast.expr | None) -> Fact | None:
    """A file was written whose name is spelled so, of the values of the same variables: ``f"{kind}.pkl"``."""
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [node.left, node.right]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        parts = _filled(node.func.value, node.args)
    else:
        parts = []
    if all(isinstance(part, (ast.Name, ast.Constant)) for part in parts) and len(parts) > 1:
        spelled = "".join(f"{{{part.id}}}" if isinstance(part, ast.Name) else ast.unparse(part)[1:-1] for part in parts)
        return Fact(Deed.WROTE, own(spelled))
    return None


def _filled(template: ast.expr, given: list[ast.expr]) -> list[ast.expr]:
    """The parts of ``"{}.pkl".format(kind)``."""
    text = template.value if isinstance(template, ast.Constant) and isinstance(template.value, str) else ""
    pieces = text.split("{}")
    if len(pieces) != len(given) + 1:
        return []
    between = zip(pieces[1:], given, strict=True)
    parts = [ast.Constant(pieces[0]), *(part for piece, value in between for part in (value, ast.Constant(piece)))]
    return [part for part in parts if not (isinstance(part, ast.Constant) and part.value == "")]


def of_command(command: Command) -> Iterator[Fact]:
    """Checksum tools, ``git checkout <commit>``, and running or installing what lies in a folder."""
    words = command.known
    if _CHECKSUM.fullmatch(command.program):
        yield from _checked(command)
    elif command.program == "git" and any(word in {"checkout", "reset", "switch"} for word in words):
        if any(FULL_COMMIT.fullmatch(word.partition("^")[0]) for word in words):
            folder = command.option("-C")
            yield Fact(Deed.CHECKED_OUT, thing(folder.text) if folder and folder.text else ANYTHING)
    elif command.program in RUNNERS or (command.program == "pip" and "install" in words):
        for word in words:
            if not word.startswith("-") and "://" not in word:
                for part in word.strip("/").split("/"):
                    yield Fact(Deed.RAN, part)
    elif command.program == "git" and "clone" in words[:3]:
        yield from _cloned(command)
    elif command.program == "cd" and words:
        yield from of_folder(words[0])
    else:
        yield from experiments.of_command(command)


def _cloned(command: Command) -> Iterator[Fact]:
    """A clone of an address, into the folder that is named behind it or after it."""
    given = [word.text for word in command.positionals(_CLONE_VALUES)[1:]]
    revision = command.option("--revision")
    if given and (revision is None or not FULL_COMMIT.fullmatch(revision.text or "")):
        folder = given[1] if len(given) > 1 else (given[0] or "").removesuffix("/").removesuffix(".git")
        if folder:
            yield Fact(Deed.CLONED, thing(folder))


def of_script(text: str) -> Iterator[Fact]:
    """``%run folder/script.py`` runs code from there."""
    yield from _parts(next((word for word in text.split() if not word.startswith("-")), ""))


def _names(path: str | None) -> Iterator[str]:
    """What a file can be called where it is read: from another folder, by the end of its path."""
    if path:
        yield own(path)
        parts = own(path).split("/")
        # A name that ends as files do: what else there is may be the id of a repository.
        yield from ("/".join(parts[first:]) for first in range(1, len(parts)) if "." in parts[-1])


def _parts(path: str) -> Iterator[Fact]:
    return (Fact(Deed.RAN, part) for part in path.strip("/").split("/"))


def of_extension(text: str) -> Iterator[Fact]:
    """``%load_ext jupyter_aisec``: with it loaded, runs are told by themselves what went into them."""
    if text.strip() == "jupyter_aisec":
        yield from (experiments.INPUTS, experiments.TOLD)


def of_folder(path: str) -> Iterator[Fact]:
    """Work goes on inside a folder."""
    yield Fact(Deed.RAN, thing(path))


def _checked(command: Command) -> Iterator[Fact]:
    """Which files are compared with a digest; printing one compares nothing.

    They stand in the list that is piped in, else they can't be named. Signature tools compare by themselves.
    """
    if not command.flag("-c", "--check", "--verify") and command.program not in _SIGNATURES:
        return
    before = command.pipe
    listed = " ".join(before.known).split() if before is not None and before.program in {"echo", "printf"} else []
    names = [thing(part.lstrip("*")) for part in listed[1::2]]
    for name in names or [ANYTHING]:
        yield Fact(Deed.VERIFIED, name or ANYTHING)
