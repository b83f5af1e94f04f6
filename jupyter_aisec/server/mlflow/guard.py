"""Runs a command that must not outlive the server: ``python -m jupyter_aisec.server.mlflow.guard FOLDER COMMAND …``.

The server holds the other end of standard input. When that closes, by the server's wish or because it was killed, the
command and all that it started end, and the private folder in which it worked goes. What the command said last goes
to standard output when it ends by itself.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

_GRACE = 3.0
"""Seconds to end by itself."""


def main() -> None:
    """Run the command until it ends, or standard input does."""
    folder, *command = sys.argv[1:]
    # The group gets it below, and this process with it; a handler, unlike ignoring, is not inherited by the command.
    signal.signal(signal.SIGTERM, lambda *_: None)
    with Path(folder, "log").open("w+b") as log:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        closed = threading.Event()

        def listen() -> None:
            while os.read(0, 4096):
                pass
            closed.set()
            _end(process)

        threading.Thread(target=listen, daemon=True).start()
        process.wait()
        log.seek(0)
        said = [line for line in log.read().decode("utf-8", "replace").splitlines() if line.strip()]
    shutil.rmtree(folder, ignore_errors=True)
    if not closed.is_set():
        print(said[-1] if said else "it said nothing")  # noqa: T201 - for the server
        sys.stdout.flush()
    if os.name == "posix":
        os.killpg(0, signal.SIGKILL)  # whatever it left behind, and with it this process


def _end(process: subprocess.Popen[bytes]) -> None:
    if os.name != "posix":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], check=False, capture_output=True)  # noqa: S607
        return
    os.killpg(0, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE)
        return
    process.kill()


if __name__ == "__main__":
    main()
