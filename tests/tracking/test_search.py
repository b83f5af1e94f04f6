"""What thousands of logged models are asked in few requests is what MLflow says of them all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from mlflow import MlflowClient
from packaging.version import Version

from jupyter_aisec.tracking.client import opened
from jupyter_aisec.tracking.filters import quoted
from jupyter_aisec.tracking.packages import PACKAGES, as_tag, beginning
from jupyter_aisec.tracking.ranks import Ranks, tagged_and_bare
from jupyter_aisec.tracking.search import Search, is_known
from tests.stores import embedded, served

pytestmark = [pytest.mark.contract, pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy")]

PATTERN = "..n.sn..ssn.s"
"""Logged models, the oldest first: without our tag, with numpy, with SciPy."""

TAGS = {"n": ";numpy==1.26.4;", "s": ";scipy==1.11.0;numpy-quaternion==1.0;"}


@pytest.fixture(scope="module", params=[embedded, served], ids=["embedded", "server"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """A store, and the ids of its models, the newest first."""
    with request.param(tmp_path_factory.mktemp("store")) as uri, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", uri)
        with opened(uri) as client:
            for kind in PATTERN:
                run_id = client.create_run("0").info.run_id
                model = client.create_logged_model("0", name="credit", source_run_id=run_id)
                client.set_logged_model_tags(model.model_id, {PACKAGES: TAGS[kind]} if kind in TAGS else {"else": "x"})
            found = client.search_logged_models(["0"])
            yield uri, [str(each.model_id) for each in found]


@pytest.fixture
def client(filled: tuple[str, list[str]]) -> Iterator[MlflowClient]:
    with opened(filled[0]) as client:
        yield client


def wanted(name: str) -> str:
    return f"tags.`{PACKAGES}` LIKE {quoted(f'%;{name}==%')}"


def test_pages_at_once_are_the_pages_in_turn(client: MlflowClient, filled: tuple[str, list[str]]) -> None:
    uri, ids = filled
    for size in (1, 3, 4, 13, 1000):
        search = Search(client, uri, PACKAGES, size)
        assert [each.model_id for each in search.models(None)] == ids
    plain = {str(each.model_id): each for each in client.search_logged_models(["0"])}
    for row in search.models(None):
        model = plain[row.model_id]
        assert (row.name, row.at, row.run_id) == (model.name, model.creation_timestamp, model.source_run_id)
        assert row.tag == model.tags.get(PACKAGES)


def test_a_token_says_where_its_page_begins(client: MlflowClient, filled: tuple[str, list[str]]) -> None:
    uri, ids = filled
    search = Search(client, uri, PACKAGES)
    _, token = search.page(None, 2)
    assert token is not None
    assert is_known(token, 2)
    assert not is_known("no token of ours", 2)
    ranks = Ranks(search, "creation_timestamp > 0")
    assert ranks.are_known
    assert [ranks.at(rank)[0].model_id for rank in range(len(ids))] == ids
    assert not ranks.at(len(ids))
    assert ranks.count() == len(ids)


@pytest.mark.parametrize("name", ["numpy", "scipy", "polars"])
def test_models_without_a_tag_are_found_beside_those_with_it(
    client: MlflowClient, filled: tuple[str, list[str]], name: str
) -> None:
    uri, ids = filled
    search = Search(client, uri, PACKAGES)
    kinds = dict(zip(ids, reversed(PATTERN), strict=True))
    lacking = [each for each in ids if kinds[each] == "."]
    for most in (1, 3, 100):
        found, bare, count = tagged_and_bare(search, [wanted(name)], most)
        asked = {each.model_id for each in found if f";{name}==" in (each.tag or "")}
        assert asked == {each for each in ids if kinds[each] == name[0]}
        assert [each.model_id for each in bare] == lacking[:most]
        assert count == len(lacking)


def test_where_most_have_it_all_are_asked_for(client: MlflowClient, filled: tuple[str, list[str]]) -> None:
    uri, ids = filled
    search = Search(client, uri, "else")
    found, bare, count = tagged_and_bare(search, ["tags.`else` LIKE 'x'", "creation_timestamp > 0"], 100)
    assert [each.model_id for each in (*found, *bare)] == [
        *(each for each, kind in zip(ids, reversed(PATTERN), strict=True) if kind == "."),
        *(each for each, kind in zip(ids, reversed(PATTERN), strict=True) if kind != "."),
    ]
    assert count == len(bare)


def test_the_beginning_of_a_version_is_that_of_all_that_equal_it() -> None:
    assert [beginning(Version(each)) for each in ("1.3.0", "0.0", "2!10.0", "1.3rc1", "2.6.0+cu124")] == [
        "1.3", "0", "2!10", "1.3", "2.6",
    ]  # fmt: skip
    # As indexes compare it; what is no version is none.
    tag = as_tag({"certifi": "2024.07.04", "numpy": "1.*", "six": ""})
    assert tag == ";certifi==2024.7.4;numpy==;six==;"
