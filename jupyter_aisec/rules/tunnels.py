"""Tunnels from the internet to the notebook's machine."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import Family, Topics
from jupyter_aisec.analysis.subscriptions import Setting
from jupyter_aisec.model import Confidence, Severity
from jupyter_aisec.rules.shell_edits import without

FAMILY = Family(
    "hygiene and exposure",
    cwe="CWE-668",
    atlas="AML.T0049",
    topics=Topics("ML05", "LLM02", "LLM02"),
    guidelines=("3.1", "3.2"),
)

_OPENERS = frozenset(
    {"pyngrok.ngrok.connect", "ngrok.connect", "ngrok.forward", "flask_ngrok.run_with_ngrok"}
    | {"flask_ngrok2.run_with_ngrok", "flask_cloudflared.run_with_cloudflared", "pycloudflared.try_cloudflare"}
    | {"colabcode.ColabCode", "kora.kaggle.start"}
)
_RELAYS = re.compile(
    r"(?:[^@]*@)?(?:serveo\.net|(?:ssh\.)?localhost\.run|(?:\w+\.){0,2}pinggy\.io|tunnel\.us\.ngrok\.com|srv\.us)"
)
_PACKAGES = frozenset({"localtunnel", "ngrok", "cloudflared", "untun"})
_NPM = frozenset({"npx", "npm", "pnpm", "bunx", "yarn"})
_VERBS = {
    "ngrok": frozenset({"http", "tcp", "tls", "start"}),
    "bore": frozenset({"local"}),
    "zrok": frozenset({"share"}),
    "tailscale": frozenset({"funnel"}),
}
_TRUE = frozenset({"1", "true", "yes"})


@FAMILY.rule(Severity.HIGH, named=("launch",), calls=_OPENERS)
def public_tunnel(subject: Call | Command | Setting) -> Iterator[Hit]:
    """A tunnel gives the notebook's server a public address.

    Whoever has, guesses or is told the address uses the model with your hardware and your keys, and everything the app
    can read is on the internet: firewalls and logins of the network are passed by. Show the app locally, or behind a
    login (medium where `auth` is given). What Colab shows to the person who is logged in is left alone.

    Bad:
        import gradio as gr
        demo = gr.Interface(answer, "text", "text")
        demo.launch(share=True)

    Good:
        import gradio as gr
        demo = gr.Interface(answer, "text", "text")
        demo.launch()
    """
    if isinstance(subject, Setting):
        if subject.name == "GRADIO_SHARE" and (subject.value or "").lower() in _TRUE:
            yield subject.found("GRADIO_SHARE gives every app a public address; leave it unset")
    elif isinstance(subject, Command):
        opened = _opened(subject)
        if opened:
            yield subject.found(f"{opened} gives a server of this machine a public address; reach it through a login")
        elif subject.flag("--share") and subject.program.startswith(("python", "accelerate", "gradio")):
            yield subject.found(
                f"{subject.program} … --share gives the app a public address; leave it out",
                confidence=Confidence.MEDIUM,
                repair=without(
                    subject, [word for word in subject.words if word.text == "--share"], "show the app here only"
                ),
            )
    elif subject.name == "launch":
        if subject.is_constant(True, "share"):  # noqa: FBT003 - the constant that is looked for
            protected = subject.given("auth") is True and not subject.is_constant(None, "auth")
            yield subject.found(
                f"{subject.called} with share=True gives the app a public address; use share=False",
                severity=Severity.MEDIUM if protected else None,
                repair=subject.with_keyword("share", "False", "show the app on this machine only", safe=True),
            )
    else:
        yield subject.found(
            f"{subject.called} gives a server of this machine a public address; reach it through a login"
        )


def _opened(command: Command) -> str | None:
    """The tunnel that a command opens."""
    program, words = command.program, command.known
    verb = next((word for word in words if not word.startswith("-")), "")
    if program in _NPM:
        package = next((word for word in words if word.split("@")[0] in _PACKAGES), None)
        return package if package and verb not in {"install", "i", "add"} else None
    opens = (
        verb in _VERBS.get(program, ())
        or (program.startswith("cloudflared") and verb == "tunnel" and ("--url" in words or "run" in words))
        or (program == "lt" and any(word.startswith(("--port", "-p")) for word in words))
        or (program == "ssh" and any(_RELAYS.fullmatch(word) for word in words) and command.flag("-R"))
    )
    shown = {"ssh": "ssh -R", "lt": "localtunnel"}.get(program, f"{program} {verb}")
    return shown if opens else None
