"""MLflow's pages under Jupyter's own address, for who may use this server and for nobody else.

They share the origin of JupyterLab, so what an artifact holds must not run there: everything but MLflow's own pages
comes with a policy that lets it be shown and not act.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from jupyter_server.utils import ensure_async, url_path_join
from jupyter_server_proxy.handlers import LocalProxyHandler, RewritableResponse
from tornado.httputil import HTTPHeaders
from tornado.web import HTTPError

from jupyter_aisec.server.mlflow.stores import Stores

ROUTE = r"/aisec/mlflow/([0-9a-f]{16})(/.*)"

_OURS = ("Authorization", "Cookie", "Origin", "Referer", "X-Forwarded-For", "X-Real-Ip", "X-Xsrftoken")
"""What is between the browser and Jupyter. Without an address of the client, MLflow offers no local assistant."""

_STREAMED = "text/event-stream"
"""An answer that is asked for as this would pass by `_contained`."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class MlflowHandler(LocalProxyHandler):  # type: ignore[misc] # jupyter-server-proxy has no types
    """Passes requests on to the server of a store."""

    auth_resource = "aisec"

    def initialize(self, stores: Stores) -> None:
        """``stores`` are those that are open."""
        self.stores = stores
        self.unix_socket: str | None = None
        self.rewrite_response = _contained

    async def prepare(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as the base class has it
        """Let nobody pass but who may use this server, and nothing that another site's page sends in their name."""
        await super().prepare(*args, **options)
        action = "read" if self.request.method in _SAFE else "write"
        if not await ensure_async(self.authorizer.is_authorized(self, self.current_user, action, self.auth_resource)):
            raise HTTPError(403)
        if action == "write" and not self.check_origin():
            raise HTTPError(403, "this request came from a page of another site")
        if self.request.headers.get("Upgrade", "").lower() == "websocket":
            # MLflow has no web sockets, and the base class would take the key of the store for a port.
            raise HTTPError(400, "MLflow speaks no other protocol than HTTP")
        if "token" in self.request.query_arguments:
            named = parse_qsl(self.request.query, keep_blank_values=True)
            self.request.query = urlencode([pair for pair in named if pair[0] != "token"])

    def get_login_url(self) -> str:
        """Somebody unknown gets 403 in place of a page to log in from."""
        raise HTTPError(403)

    def check_xsrf_cookie(self) -> None:
        """MLflow's pages know nothing of Jupyter's cookie; `prepare` compares the origin instead."""

    async def proxy(self, key: str, path: str) -> None:
        """One request."""
        store = self.stores.get(key)
        if store is None:
            raise HTTPError(404, "this MLflow is not running any more: open it from JupyterLab again")
        if self.request.headers.get("Accept") == _STREAMED:
            del self.request.headers["Accept"]
        self.proxy_base = url_path_join("aisec/mlflow", key)
        self.unix_socket = store.unix_socket or None
        await super().proxy(store.port, path)

    def proxy_request_headers(self) -> HTTPHeaders:
        """The request's, without what is Jupyter's; MLflow answers to localhost only."""
        headers: HTTPHeaders = self.request.headers.copy()
        for name in _OURS:
            headers.pop(name, None)
        headers["Host"] = "localhost"
        return headers


def _contained(response: RewritableResponse, path: str) -> RewritableResponse:
    if path not in ("/", "/index.html") and not path.startswith("/static-files/"):
        response.headers["Content-Security-Policy"] = "sandbox"
    return response
