"""Words that are run: as Python, as shell, by whoever wrote them."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command, Word
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.outside import Outside, worst
from jupyter_aisec.analysis.rule import Family, Topics
from jupyter_aisec.analysis.subscriptions import LineMagic
from jupyter_aisec.analysis.values import Built, Constant, Ref, Value
from jupyter_aisec.knowledge import Origin
from jupyter_aisec.model import Confidence, Severity

OUTPUT = Topics("ML09", "LLM05", "LLM10")
"""Output of a model that is used without a look."""
FAMILY = Family("injection and language models", cwe="CWE-94", atlas="AML.T0050", topics=OUTPUT, guidelines=("3.1",))

_RUNNERS = ("builtins.exec", "builtins.eval", "builtins.compile")
_CELL_RUNNERS = frozenset({"run_cell", "run_code", "ex", "ev", "safe_execfile_ipy", "run_cell_async"})
_FRAME = frozenset({"eval", "query"})
_DATA = (".json", ".jsonl", ".csv", ".tsv", ".parquet", ".yaml", ".yml", ".arrow")


def _run(call: Call) -> Value | None:
    """What is run. ``exec(compile(…))`` is one thing, said where it is compiled."""
    value = call.value("source", 0)
    return Constant(None) if isinstance(value, Ref) and value.path == "builtins.compile()" else value


@FAMILY.rule(Severity.MEDIUM, calls=(*_RUNNERS, "pandas.eval"), named=_FRAME, cwe="CWE-95")
def eval_exec_dynamic(call: Call) -> Iterator[Hit]:
    """Text that the program puts together is run as Python.

    `eval` and `exec` run whatever stands in the text: a value that somebody types, a name from a file, a part of a
    web page becomes code with all your rights. Numbers, lists and dicts are read by `ast.literal_eval`, which runs
    nothing; a name is looked up in a dict. The expressions of `DataFrame.query` and `pandas.eval` call functions too;
    there it is a finding when the text comes from outside, and `@name` takes a value without that danger.

    Bad:
        value = eval(input("value: "))

    Good:
        import ast
        value = ast.literal_eval(input("value: "))
    """
    if call.path not in _RUNNERS:
        yield from _frame(call)
        return
    value = _run(call)
    if value is None and not call.node.args:
        return
    who = worst(value)
    if isinstance(value, Constant) or (who is not None and who.origin is not Origin.PERSON and not _is_data(who)):
        return
    is_eval = call.name == "eval"
    literal = is_eval and len(call.node.args) == 1 and who is not None
    step = "read plain values with ast.literal_eval" if is_eval else "call a function, or look a name up in a dict"
    yield call.found(
        f"{call.called} runs {f'what {who.phrase}' if who else 'text that is put together'} as Python; {step}",
        confidence=Confidence.HIGH if who else Confidence.MEDIUM,
        repair=call.renamed("literal_eval", "ast", "read a literal, run nothing") if literal else None,
    )


def _is_data(who: Outside) -> bool:
    """Whether the text stands among data; a file of Python is read to be run."""
    return who.origin is Origin.FILE and (who.argument or "").lower().endswith(_DATA)


def _frame(call: Call) -> Iterator[Hit]:
    """An expression that pandas runs."""
    value = call.value("expr", 0)
    who = worst(value) if isinstance(value, (Built, Ref)) else None
    # Others have a method of that name too: an index, a query engine, a database.
    if who is not None and call.path.startswith("pandas."):
        yield call.found(f"{call.called} runs an expression that {who.phrase}; pass the value with @name")


@FAMILY.rule(
    Severity.CRITICAL,
    calls=(*_RUNNERS, "runpy.run_path"),
    named=_CELL_RUNNERS,
    atlas="AML.T0050",
)
def llm_output_executed(seen: Call | Command | LineMagic) -> Iterator[Hit]:
    """What a language model wrote is run.

    A model writes what its prompt leads to, and a part of the prompt is often somebody else's: a document, a web
    page, a message. One sentence hidden there makes the model write code that reads your keys, and the notebook runs
    it (remote code execution in LangChain's PALChain and in several data-analysis assistants began so). Show the code
    and let a person run it, or run it in a container without network, keys and files.

    Bad:
        from openai import OpenAI
        reply = OpenAI().responses.create(model="gpt", input="Write Python that plots the data.")
        ---
        exec(reply.output_text)

    Good:
        from openai import OpenAI
        reply = OpenAI().responses.create(model="gpt", input="Write Python that plots the data.")
        ---
        print(reply.output_text)
    """
    if isinstance(seen, Call):
        value = _run(seen) if seen.path in _RUNNERS else seen.value("raw_cell", 0)
        who = worst(value, Origin.MODEL)
        if who is not None:
            yield seen.found(
                f"{seen.called} runs what {who.phrase} ({who.call}); let a person read it, or run it apart"
            )
    elif isinstance(seen, Command):
        who = next((each for word in _open(seen) if (each := worst(_value(word), Origin.MODEL)) is not None), None)
        if who is not None:
            what = seen.program or "the shell"
            yield seen.found(f"{what} runs words that {who.phrase} ({who.call}); let a person read it, or run it apart")
    elif seen.name == "run" and worst(Built(None, seen.parts), Origin.MODEL):
        yield seen.found("%run runs a file that a language model named; let a person choose it")


@FAMILY.rule(Severity.MEDIUM, cwe="CWE-78", topics=Topics("", "LLM05", "LLM10"))
def shell_injection(command: Command) -> Iterator[Hit]:
    """A shell line is built from words that come from outside.

    A shell takes `;`, `|`, `$(…)` and spaces in a value for its own syntax: whoever decides the value runs commands as
    you. Give the words as a list, which no shell reads, and `--` in front of what may begin with a dash; where a shell
    is needed, quote the value with `shlex.quote`. Low for what somebody types in: who can do that has a shell already,
    until the notebook becomes a service.

    Bad:
        import os
        name = input("file: ")
        os.system(f"rm {name}")

    Good:
        import subprocess
        name = input("file: ")
        subprocess.run(["rm", "--", name], check=True)
    """
    for word in _open(command):
        who = worst(_value(word))
        if who is not None:
            if who.origin is not Origin.MODEL:
                yield command.found(
                    f"a shell reads words that {who.phrase}; give them as a list to subprocess.run, or use shlex.quote",
                    severity=Severity.LOW if who.origin is Origin.PERSON else None,
                )
            return


def _open(command: Command) -> Iterator[Word]:
    """The words that are taken for code or syntax; in a list only the program is."""
    if command.start is not None:
        yield command.start
    if not command.is_list:
        yield from command.words
        yield from command.outputs


def _value(word: Word) -> Value:
    return Built(None, word.parts)
