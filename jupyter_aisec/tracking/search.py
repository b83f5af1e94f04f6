"""Searches that may find thousands: logged models and versions, by no more than is asked about.

A tracking server's answers are read as they come over the wire, with MLflow's own requests: to make its objects of them
takes half as long again as the server did. That one answers several pages at a time, if it has as many workers.

A page's token says at which rank the next one begins. MLflow documents it as opaque: a test binds what it is, and where
it is not as known here, one page follows the other.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from jupyter_aisec.tracking.filters import PAGE, experiments
from jupyter_aisec.tracking.recall import model_of
from jupyter_aisec.tracking.tables import Row

if TYPE_CHECKING:
    from mlflow import MlflowClient

MOST_VERSIONS = 10_000
"""Versions of one page, the most that a server gives."""

_AT_ONCE = 2
"""Pages that are asked for at the same time. More would leave a server of four workers few for anybody else."""

_SERVER = ("http://", "https://")
_MODELS = "/api/2.0/mlflow/logged-models/search"
_VERSIONS = "/api/2.0/mlflow/model-versions/search"


class _Tag(msgspec.Struct):
    key: str
    value: str = ""


class _Info(msgspec.Struct):
    model_id: str
    name: str = ""
    creation_timestamp_ms: int = 0
    source_run_id: str = ""
    tags: list[_Tag] = []


class _Model(msgspec.Struct):
    info: _Info


class _Models(msgspec.Struct):
    models: list[_Model] = []
    next_page_token: str = ""


class _Version(msgspec.Struct):
    name: str
    version: str
    source: str = ""
    model_id: str = ""


class _Versions(msgspec.Struct):
    model_versions: list[_Version] = []
    next_page_token: str = ""


_Page = TypeVar("_Page", _Models, _Versions)


class Search:
    """Of one store, all its experiments. ``tag`` is one of a model, ``size`` that of a page."""

    def __init__(self, client: MlflowClient, tracking_uri: str, tag: str, size: int = PAGE) -> None:
        self.tag = tag
        self._size = size
        self._client = client
        self._uri = tracking_uri
        self._places = experiments(client)

    def page(self, wanted: str | None, size: int, token: str | None = None) -> tuple[list[Row], str | None]:
        """So many models, the newest first, and the token of the next page if there is one."""
        if self._uri.startswith(_SERVER):
            body = {"experiment_ids": self._places, "max_results": size, "filter": wanted, "page_token": token}
            given = {key: value for key, value in body.items() if value is not None}
            answer = self._answer(_Models, "POST", _MODELS, json=given)
            return [self._row(each.info) for each in answer.models], answer.next_page_token or None
        page = self._client.search_logged_models(self._places, wanted, max_results=size, page_token=token)
        rows = [
            Row(str(each.model_id), each.name or "", each.creation_timestamp, each.source_run_id or None, tag)
            for each in page
            for tag in (each.tags.get(self.tag),)
        ]
        return rows, page.token or None

    def models(self, wanted: str | None) -> Iterator[Row]:
        """All that a search finds."""
        page, token = self.page(wanted, self._size)
        yield from page
        if token is not None and is_known(token, self._size):
            yield from self._others(wanted, token)
            return
        while token is not None:
            page, token = self.page(wanted, self._size, token)
            yield from page

    def _others(self, wanted: str | None, token: str) -> Iterator[Row]:
        """What is on the second page and on those that follow."""
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            rank = self._size
            while True:
                wave = [moved(token, rank + self._size * each) for each in range(_AT_ONCE)]
                for page, following in threads.map(lambda each: self.page(wanted, self._size, each), wave):
                    yield from page
                    if following is None:
                        return
                rank += self._size * _AT_ONCE

    def versions(self, wanted: str | None) -> Iterator[tuple[str, str]]:
        """The id of a logged model and the ``name/version`` that was registered of it, for all that a search finds."""
        token: str | None = None
        while True:
            if self._uri.startswith(_SERVER):
                asked = {"max_results": MOST_VERSIONS, "filter": wanted, "page_token": token}
                given = {key: value for key, value in asked.items() if value is not None}
                answer = self._answer(_Versions, "GET", _VERSIONS, params=given)
                found: Any = answer.model_versions
                token = answer.next_page_token or None
            else:
                found = self._client.search_model_versions(wanted, max_results=MOST_VERSIONS, page_token=token)
                token = found.token or None
            yield from ((model_of(each) or "", f"{each.name}/{each.version}") for each in found)
            if token is None:
                return

    def _answer(self, kind: type[_Page], method: str, endpoint: str, **given: object) -> _Page:
        from mlflow.utils import credentials, rest_utils

        library: Any = rest_utils  # without types, as is the other
        creds: Any = credentials
        response = library.http_request(creds.get_default_host_creds(self._uri), endpoint, method, **given)
        # Older servers write large numbers as text.
        return msgspec.json.decode(library.verify_rest_response(response, endpoint).content, type=kind, strict=False)

    def _row(self, info: _Info) -> Row:
        tag = next((each.value for each in info.tags if each.key == self.tag), None)
        return Row(info.model_id, info.name, info.creation_timestamp_ms, info.source_run_id or None, tag)


def is_known(token: str, rank: int) -> bool:
    """Whether this token, of a page that ended before a rank, says so where it is expected to."""
    return _decoded(token).get("offset") == rank


def moved(token: str, rank: int) -> str:
    """The token of the page that begins at another rank."""
    return base64.b64encode(msgspec.json.encode(_decoded(token) | {"offset": rank})).decode()


def _decoded(token: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(base64.b64decode(token), type=dict[str, Any])
    except ValueError:  # no base64, no JSON, no object: all three
        return {}
