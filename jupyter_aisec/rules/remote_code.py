"""Code from elsewhere that runs here: from a model's repository, from an address, from a pipe."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.fetched import is_remote
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.outside import worst
from jupyter_aisec.analysis.rule import Family
from jupyter_aisec.analysis.subscriptions import LineMagic
from jupyter_aisec.analysis.values import Ref, Value
from jupyter_aisec.knowledge import Origin
from jupyter_aisec.model import Severity
from jupyter_aisec.notebook.syntax import Span
from jupyter_aisec.rules.pins import Pin, hub_id, is_full_hash, pin

FAMILY = Family("remote code", cwe="CWE-829", atlas="AML.T0011.000", guidelines=("2.1", "1.4"))

_TRUSTING = frozenset(
    {"from_pretrained", "from_config", "pipeline", "SentenceTransformer", "CrossEncoder", "LLM", "EngineArgs", "HFLM"}
    | {"AsyncEngineArgs", "simple_evaluate", "HuggingFaceEmbeddings", "get_tokenizer", "load_model", "from_model_id"}
)


@FAMILY.rule(Severity.HIGH, named=_TRUSTING)
def trust_remote_code(call: Call | Command) -> Iterator[Hit]:
    """Python files of a model's repository are run.

    `trust_remote_code=True` imports whatever stands in the repository, today and at every later download. Use a model
    whose code is part of the library. Where that can't be, read the code and pin `revision` (and `code_revision`) to
    the full commit that you have read: then the finding is medium.

    Bad:
        from transformers import AutoModel
        model = AutoModel.from_pretrained(
            "example/model", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2", trust_remote_code=True
        )

    Good:
        from transformers import AutoModel
        model = AutoModel.from_pretrained("example/model", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2")
    """
    if isinstance(call, Command):
        for word in call.words:
            if word.text in {"--trust-remote-code", "--trust_remote_code", "--trust_remote_code=True"}:
                yield call.found(
                    f"{word.text} runs the Python files of the model's repository; leave it out", span=word.span
                )
                return
        return
    if not call.is_constant(True, "trust_remote_code"):  # noqa: FBT003 - the constant that is looked for
        return
    first = call.text("pretrained_model_name_or_path", 0)
    if first and first.startswith(("./", "../", "/", "~")):
        return
    fixed = pin(call) is Pin.FIXED and (
        call.given("code_revision") is False or is_full_hash(call.text("code_revision"))
    )
    what = hub_id(first) or "the model's repository"
    yield call.found(
        f"{call.called} with trust_remote_code=True runs the Python files of {what}; leave it out",
        severity=Severity.MEDIUM if fixed else None,
        repair=call.without_keyword("trust_remote_code", "run no code of the repository", safe=False),
    )


@FAMILY.rule(Severity.HIGH, calls=("torch.hub.load",))
def torch_hub_remote_code(call: Call) -> Iterator[Hit]:
    """torch.hub.load downloads a repository and runs its hubconf.py.

    Without a commit, it runs what the branch holds that day. Put the full commit behind a colon, after reading
    `hubconf.py` at that commit.

    Bad:
        import torch
        model = torch.hub.load("ultralytics/yolov5", "yolov5s", trust_repo=True)

    Good:
        import torch
        model = torch.hub.load("ultralytics/yolov5:0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2", "yolov5s")
    """
    repository = call.text("repo_or_dir", 0)
    if not repository or call.text("source") == "local" or not re.fullmatch(r"[\w.-]+/[\w.-]+(?::\S+)?", repository):
        return
    if not is_full_hash(repository.partition(":")[2]):
        yield call.found(
            f"{call.called} runs hubconf.py of {repository}; append : and a full commit that you have read",
            once=repository,
        )


_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ksh", "ash", "fish"})
_LANGUAGES = re.compile(r"python[\d.]*|perl|ruby|node|php|Rscript")
_FETCHERS = frozenset({"curl", "wget", "http", "https", "aria2c", "fetch"})


@FAMILY.rule(Severity.CRITICAL, cwe="CWE-494", atlas="AML.T0050", guidelines=("2.1",))
def pipe_to_shell(command: Command) -> Iterator[Hit]:
    """What a server sends is run at once.

    Nobody has seen the script, it can be another one for every caller, and half of it runs when the connection
    breaks. Download it, compare its SHA-256 or read it, and run the file.

    Bad:
        !curl -sSL https://example.org/install.sh | bash

    Good:
        !curl -sSLo install.sh https://example.org/install.sh
        !sha256sum -c install.sh.sha256 && bash install.sh
    """
    for source in _run_by(command):
        if source.program in _FETCHERS:
            first = min(source.span, command.span, key=lambda span: (span.line, span.column))
            span = Span(first.line, first.column, command.span.end_line, command.span.end_column)
            url = next((word.text for word in source.words if is_remote(word.text)), None)
            yield command.found(
                f"{command.program} runs whatever {url or source.program} sends; download it, check it, then run it",
                span=span,
            )
            return


def _run_by(command: Command) -> list[Command]:
    """The commands whose output this one takes for code."""
    program = command.program
    if program in {"eval", "source", "."}:
        return [inner for word in command.words for inner in word.commands]
    shell = program in _SHELLS
    if not shell and not _LANGUAGES.fullmatch(program):
        return []
    script = command.option("-c", *(() if shell else ("-e",)), behind="leuxi")
    if script is not None:
        return list(script.commands)
    if command.option("-m") is not None and not shell:
        return []
    given = command.positionals()
    if given and given[0].text != "-" and not (shell and command.flag("-s")):
        return list(given[0].commands)
    return command.sources()


@FAMILY.rule(
    Severity.CRITICAL,
    calls=("builtins.exec", "builtins.eval", "builtins.compile"),
    cwe="CWE-94",
    atlas="AML.T0050",
    guidelines=("2.1",),
)
def exec_downloaded_code(code: Call | LineMagic) -> Iterator[Hit]:
    """Code is fetched from the network and run.

    The server decides what runs as you, each time anew. Install a package at a fixed version, or keep the file in
    the project and import it.

    Bad:
        import requests
        source = requests.get("https://example.org/setup.py").text
        ---
        exec(source)

    Good:
        from mypackage import setup
        setup()
    """
    if isinstance(code, LineMagic):
        target = (code.text or "").split(" ")[-1] if code.name != "run" else _first_word(code.text)
        if code.name in {"run", "load", "loadpy"} and is_remote(target):
            does = "runs" if code.name == "run" else "puts into the cell"
            yield code.found(
                f"%{code.name} {does} whatever {target} sends; keep the file in the project",
                severity=None if code.name == "run" else Severity.MEDIUM,
            )
        return
    who = worst(call_value(code), Origin.NETWORK)
    if who is not None:
        origin = who.argument if is_remote(who.argument) else "the network"
        yield code.found(f"{code.called} runs code that came from {origin}; install or keep a version you have read")


def call_value(call: Call) -> Value | None:
    """What is run; ``exec(compile(…))`` is one thing, said where it is compiled."""
    value = call.value("source", 0)
    return None if isinstance(value, Ref) and value.path == "builtins.compile()" else value


def _first_word(text: str | None) -> str | None:
    return next((word for word in (text or "").split() if not word.startswith("-")), None)


@FAMILY.rule(Severity.LOW, calls=("datasets.load_dataset", "datasets.load_dataset_builder"), guidelines=("2.4",))
def datasets_trust_remote_code_dead(call: Call) -> Iterator[Hit]:
    """load_dataset is told to run the dataset's own script.

    Since datasets 4 the argument does nothing but log an error; before, it ran Python files of the repository. High
    where datasets is known to be older than 4. Take it out; where the data need the script, use a Parquet conversion.

    Bad:
        from datasets import load_dataset
        data = load_dataset(
            "stanfordnlp/imdb", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2", trust_remote_code=True
        )

    Good:
        from datasets import load_dataset
        data = load_dataset("stanfordnlp/imdb", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2")
    """
    if call.is_constant(True, "trust_remote_code"):  # noqa: FBT003 - the constant that is looked for
        older = call.context.older("datasets", 4)
        yield call.found(
            f"{call.called} with trust_remote_code=True runs the dataset's script before datasets 4; leave it out",
            severity=Severity.HIGH if older else None,
            repair=call.without_keyword(
                "trust_remote_code", "leave out what does nothing since datasets 4", safe=older is False
            ),
        )


@FAMILY.rule(Severity.MEDIUM, named=("from_pretrained",), cwe="CWE-502", guidelines=("2.1", "3.2"))
def hf_legacy_pickle_weights(call: Call) -> Iterator[Hit]:
    """A model's weights are to be loaded from a pickle.

    `use_safetensors=False` takes the old `.bin` file although a safetensors file may be there. With
    `weights_only=False`, which is high, code in it runs.

    Bad:
        from transformers import AutoModel
        model = AutoModel.from_pretrained(
            "example/model", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2", use_safetensors=False
        )

    Good:
        from transformers import AutoModel
        model = AutoModel.from_pretrained(
            "example/model", revision="0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2", use_safetensors=True
        )
    """
    if call.is_constant(False, "weights_only"):  # noqa: FBT003 - the constant that is looked for
        yield call.found(
            f"{call.called} with weights_only=False runs code that is stored in the weights; leave it out",
            severity=Severity.HIGH,
            repair=call.with_keyword("weights_only", "True", "load weights only", safe=False),
        )
    elif call.is_constant(False, "use_safetensors"):  # noqa: FBT003 - the constant that is looked for
        yield call.found(
            f"{call.called} with use_safetensors=False loads a pickle; use safetensors",
            repair=call.with_keyword("use_safetensors", "True", "load safetensors", safe=False),
        )
