"""What the routes about projects share: one thread that reads and writes files, and what it remembers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from jupyter_aisec.server.mlflow.stores import Stores
from jupyter_aisec.server.records.recorded import Recorded
from jupyter_aisec.server.records.remote import Remote

_P = ParamSpec("_P")
_Result = TypeVar("_Result")


class Desk:
    """One per server. Work on files is done one piece after the other, so that no answer overtakes another."""

    def __init__(self) -> None:
        self.recorded = Recorded()
        self.remote = Remote()
        self.stores = Stores()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="aisec-files")

    async def do(self, work: Callable[_P, _Result], *args: _P.args, **options: _P.kwargs) -> _Result:
        """The result of the work, done on the thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(work, *args, **options))

    def close(self) -> None:
        """Let the thread and all MLflow processes end."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self.recorded.mirrors.close()
        self.stores.close()
