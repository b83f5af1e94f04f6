from __future__ import annotations

import errno
import json
import os
import resource
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_aisec import journal
from jupyter_aisec.journal import Journal
from jupyter_aisec.model import AssetKind, CellRun, Certainty, Hashed, RunRef, Session, Source, Stamp, Use, Verb

SESSION = Session("s1", journal.now(), "a.ipynb", 1, "3.11")
words = st.text(max_size=20)
uses = st.builds(
    Use,
    id=words,
    at=words,
    verb=st.sampled_from(Verb),
    kind=st.sampled_from(AssetKind),
    key=words,
    name=words,
    location=st.none() | words,
    call=words,
    cell=st.integers(0, 99),
    cell_id=st.none() | words,
    line=st.none() | st.integers(1, 99),
    sources=st.lists(st.builds(Source, words, st.sampled_from(Certainty))).map(tuple),
    run=st.none() | st.builds(RunRef, words, words, words),
    facts=st.dictionaries(words, words | st.integers(-(2**53), 2**53)),
    files=st.lists(st.builds(Stamp, words, st.integers(0, 2**53), st.integers(0, 2**63 - 1))).map(tuple),
)
records = (
    uses
    | st.builds(Hashed, words, words, words, st.integers(0, 2**53))
    | st.builds(
        CellRun, st.integers(0, 99), words, st.none() | words, words, st.dictionaries(words, st.integers(0, 99))
    )
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(records, max_size=8))
def test_what_was_written_is_read_back(tmp_path: Path, written: list[journal.Record]) -> None:
    path = tmp_path / "one.jsonl"
    path.unlink(missing_ok=True)
    book = Journal(path)
    book.write(SESSION, *written)
    book.close()
    log = journal.read(path)
    assert log is not None
    assert log.session == SESSION
    assert list(log.uses) == [each for each in written if isinstance(each, Use)]
    assert list(log.hashes) == [each for each in written if isinstance(each, Hashed)]
    assert list(log.cells) == [each for each in written if isinstance(each, CellRun)]
    assert log.torn == 0


def test_every_prefix_of_a_file_is_read_without_an_error_and_loses_at_most_its_last_line(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    book = Journal(path)
    book.write(SESSION, *(Hashed(str(n), "t", "ab", n) for n in range(5)))
    book.close()
    data = path.read_bytes()
    whole = data.splitlines(keepends=True)
    for end in range(len(whole[0]), len(data)):
        path.write_bytes(data[:end])
        log = journal.read(path)
        assert log is not None
        complete = sum(1 for line in whole[1:] if len(b"".join(whole[: whole.index(line) + 1])) <= end + 1)
        assert len(log.hashes) >= complete - 1


def test_a_torn_line_in_the_middle_is_skipped_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    book = Journal(path)
    book.write(SESSION)
    with path.open("ab") as file:
        file.write(b'{"use":{"id":"x"\n\x00\xff\n[1]\n')
    book.write(Hashed("k", "t", "ab", 1))
    log = journal.read(path)
    assert log is not None
    assert [each.key for each in log.hashes] == ["k"]
    assert log.torn == 3


def test_members_of_a_later_version_are_ignored(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    Journal(path).write(SESSION)
    later = {"hashed": {"key": "k", "at": "t", "sha256": "ab", "size": 1, "blake3": "cd"}, "more": {}}
    with path.open("a") as file:
        file.write(json.dumps(later) + "\n")
    log = journal.read(path)
    assert log is not None
    assert log.hashes == (Hashed("k", "t", "ab", 1),)


def test_a_full_disk_keeps_records_in_memory_until_there_is_room(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    book = Journal(path)
    book.write(SESSION)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 20, hard))
    try:
        book.write(Hashed("one", "t", "ab", 1))
        book.write(Hashed("two", "t", "ab", 2))
        assert book.waiting == 2
        assert book.problem is not None
        assert str(path) in book.problem
        assert "\n" not in book.problem
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    book.write(Hashed("three", "t", "ab", 3))
    log = journal.read(path)
    assert log is not None
    assert [each.key for each in log.hashes] == ["one", "two", "three"]
    assert book.problem is None
    assert book.waiting == 0


def test_a_device_that_is_full_says_so(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.symlink_to("/dev/full")
    book = Journal(path)
    book.write(SESSION)
    assert book.problem == f"can't write {path}: {os.strerror(errno.ENOSPC)}"


def test_a_folder_that_can_not_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    book = Journal(tmp_path / "file" / "journal" / "one.jsonl")
    book.write(SESSION)
    assert book.problem is not None
    assert book.waiting == 1


def test_a_file_without_a_session_is_no_journal(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"\x80\x81")
    (tmp_path / "b.jsonl").write_text("")
    assert list(journal.read_all(tmp_path, tmp_path / "absent")) == []


@pytest.mark.parametrize("depth", [10_000])
def test_a_line_nested_deep_is_a_torn_line(tmp_path: Path, depth: int) -> None:
    path = tmp_path / "one.jsonl"
    Journal(path).write(SESSION)
    with path.open("a") as file:
        file.write('{"more":' + "[" * depth + "]" * depth + "}\n")
    log = journal.read(path)
    assert log is not None
    assert log.session == SESSION
