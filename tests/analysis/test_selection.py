"""Which rules run: one choice for the shell, the kernel and the server."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from jupyter_aisec import rules, settings
from jupyter_aisec.checking import chosen as chosen_module
from jupyter_aisec.checking.chosen import Chosen
from jupyter_aisec.checking.opened import Opened
from jupyter_aisec.kernel import Kernel
from jupyter_aisec.model import AisecError, Cell, CellKind
from jupyter_aisec.project import Project
from jupyter_aisec.rules.selection import slug
from jupyter_aisec.settings import Mode, Settings
from tests.server.test_check_process import asked

DEFAULT = {rule.name for rule in rules.default_rules()}
EVERY = {rule.name for rule in rules.all_rules()}
PICKLES = {rule.name for rule in rules.all_rules() if rule.family == "unsafe deserialization"}


def names(found: Settings, path: str | None = None, *narrowed: object, strict: bool = False) -> set[str]:
    selection = rules.selection(found)
    if narrowed or strict:
        select, ignore = narrowed or ((), ())
        selection = selection.narrowed(select, ignore, strict=strict)  # type: ignore[arg-type] - as argparse gives it
    return {rule.name for rule in selection.chosen(path)}


def configured(folder: Path, text: str) -> Project:
    (folder / "pyproject.toml").write_text(f"[tool.aisec]\n{text}\n")
    return Project.open(folder)


def test_no_family_is_called_as_a_rule_is() -> None:
    assert not {slug(rule.family) for rule in rules.all_rules()} & (EVERY | {"all", "default"})


def test_what_is_selected_runs_less_what_is_ignored() -> None:
    assert names(Settings()) == DEFAULT
    assert names(Settings(select=("all",))) == EVERY
    assert names(Settings(select=("pickle-load",))) == {"pickle-load"}
    assert names(Settings(select=("unsafe-deserialization",))) == PICKLES
    assert names(Settings(ignore=("unsafe-deserialization",))) == DEFAULT - PICKLES
    assert names(Settings(ignore=("pip-unpinned",))) == DEFAULT - {"pip-unpinned"}


def test_what_says_more_wins() -> None:
    assert names(Settings(select=("pickle-load",), ignore=("unsafe-deserialization",))) == {"pickle-load"}
    assert names(Settings(select=("pickle-load",), ignore=("pickle-load",))) == set()
    assert names(Settings(select=("all",), ignore=("default",))) == EVERY - DEFAULT


def test_the_command_line_wins_over_what_says_as_much() -> None:
    project = Settings(select=("all",), ignore=("pickle-load", "package-installs"))
    assert names(project, None, ("pickle-load",), ()) == {"pickle-load"}
    assert "pickle-load" not in names(project, None, ("unsafe-deserialization",), ())
    assert names(Settings(), None, (), ("pip-unpinned",)) == DEFAULT - {"pip-unpinned"}
    assert "pip-unpinned" not in names(project, None, ("all",), ())


def test_strict_adds_what_is_no_default() -> None:
    assert names(Settings(), strict=True) == EVERY
    ignored = sorted(EVERY - DEFAULT)[:1]
    assert names(Settings(ignore=tuple(ignored)), strict=True) == EVERY - set(ignored)
    assert names(Settings(select=("pickle-load",)), strict=True) == EVERY - DEFAULT | {"pickle-load"}


@pytest.mark.parametrize(
    ("pattern", "path", "holds"),
    [
        ("old/**", "old/a/b.ipynb", True),
        ("old/**", "new/old.ipynb", False),
        ("a.ipynb", "deep/down/a.ipynb", True),
        ("/a.ipynb", "deep/a.ipynb", False),
        ("*.py", "x/y.py", True),
        ("!lib/", "lib/a.py", False),
        ("!lib/", "a.py", True),
    ],
)
def test_rules_are_ignored_by_file(pattern: str, path: str, *, holds: bool) -> None:
    found = Settings(per_file_ignores={pattern: ("pickle-load",)})
    assert ("pickle-load" not in names(found, path)) is holds
    assert "pickle-load" in names(found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('select = ["pickel-load"]', r"`pickel-load` \(\[tool.aisec\] in pyproject.toml\): did you mean `pickle-load`"),
        ('ignore = ["package-instals"]', "did you mean `package-installs`"),
        ('[tool.aisec.per-file-ignores]\n"a/**" = ["zzz"]', r'per-file-ignores."a/\*\*".*`jupyter aisec rules` lists'),
        ('select = "pickle-load"', "`select` in .* must be a list"),
        ("ignore = [1]", "`ignore` in .* must be a list"),
        ('per-file-ignores = ["a"]', "must be a table"),
        ('per_file_ignores = {"a" = []}', "did you mean `per-file-ignores`"),
    ],
)
def test_what_is_not_understood_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(AisecError, match=said) as caught:
        _ = configured(tmp_path, text).settings
    assert "\n" not in str(caught.value)


def test_settings_without_a_choice_load_no_rules(tmp_path: Path) -> None:
    assert not settings.load(tmp_path).chooses_rules
    assert configured(tmp_path, 'select = ["default"]').settings == Settings()


def found_in_a_kernel(root: Path, notebook: str) -> list[str]:
    kernel = Kernel({"__vsc_ipynb_file__": str(root / notebook)}, root)
    kernel.mode = Mode.WARN
    return [each.rule for each in kernel.before("import pickle\npickle.load(f)", "c", 1).findings]


def test_the_kernel_obeys(tmp_path: Path) -> None:
    configured(tmp_path, 'ignore = ["pickle-load"]')
    assert found_in_a_kernel(tmp_path, "deep/a.ipynb") == []
    configured(tmp_path, '[tool.aisec.per-file-ignores]\n"deep/*" = ["pickle-load"]')
    assert found_in_a_kernel(tmp_path, "deep/a.ipynb") == []
    assert found_in_a_kernel(tmp_path, "b.ipynb") == ["pickle-load"]


def test_a_kernel_whose_settings_are_wrong_still_checks(tmp_path: Path) -> None:
    configured(tmp_path, 'select = ["no-such-rule"]')
    assert found_in_a_kernel(tmp_path, "a.ipynb") == ["pickle-load"]


def test_the_server_obeys_and_sees_a_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = Chosen()
    assert chosen.of(None).rules is None
    file = tmp_path / "deep" / "a.ipynb"
    file.parent.mkdir()
    configured(tmp_path, "")
    assert chosen.of(file).rules is None
    configured(tmp_path, '[tool.aisec.per-file-ignores]\n"deep/*" = ["pickle-load"]')
    assert chosen.of(file).rules is None
    now = time.monotonic() + chosen_module.SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: now)
    found = chosen.of(file).rules
    assert found is not None
    assert set(found) == DEFAULT - {"pickle-load"}


def test_a_document_whose_rules_are_others_now_is_asked_for_again() -> None:
    opened = Opened(rules.default_rules())
    load = "import pickle\npickle.load(f)"
    assert [each.rule for each in opened.check(asked(load)).cells[0].findings] == ["pickle-load"]
    without = rules.named(DEFAULT - {"pickle-load"})
    assert opened.check(asked("x", base=1, revision=2), without).resend
    reply = opened.check(asked(load, revision=3), without)
    assert reply.cells[0].findings == []
    assert reply.rules == len(DEFAULT) - 1


def test_a_comment_about_a_rule_that_does_not_run_is_in_order() -> None:
    source = "import pickle\npickle.load(f)  # aisec: ignore[pickle-load] our own\nx = 1  # aisec: ignore[pikle] why"
    analyser = rules.analyser(rules.named(DEFAULT - {"pickle-load"}))
    (said,) = analyser.check(Cell(0, CellKind.CODE, source))
    assert said.rule == "unused-suppression"
    assert said.message.startswith("no rule is called pikle; did you mean ")
