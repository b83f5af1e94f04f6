"""Files of Google Drive."""

from __future__ import annotations

import os

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.locate import is_path
from jupyter_aisec.capture.told import Told


def fetched(call: Call, result: object) -> object:
    """https://github.com/wkentaro/gdown: by address or by id, and the file that it is put in."""
    del result
    asked = call.argument("url") or call.argument("id")
    to = call.argument("output")
    if not isinstance(asked, str):
        return None
    return Told(["gdown", asked, *(["-O", os.fsdecode(to)] if is_path(to) else [])])
