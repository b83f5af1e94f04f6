"""Asks a program of ours in a process of its own: what takes long, or reads what strangers wrote, holds up nobody."""

from __future__ import annotations

import asyncio
import contextlib
import sys

import msgspec

from jupyter_aisec.isolation import environment


async def asked(program: str, question: msgspec.Struct, patience: float) -> bytes:
    """What the module prints, for a question on its standard input, within so many seconds.

    Raises:
        OSError: it can't be started.
        TimeoutError: it took longer, and was ended.
    """
    # -P: nothing in a project's folder may stand in for a module. A question may hold credentials: not as an argument.
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", program,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env=environment(),
    )  # fmt: skip
    try:
        said, _ = await asyncio.wait_for(process.communicate(msgspec.json.encode(question)), patience)
        return said
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
