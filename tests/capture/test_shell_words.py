"""Words of shell lines that are taken for what they are: addresses, files, values of options, and those not known."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_aisec.analysis import ran
from jupyter_aisec.capture.shell.moves import awaited

TOKEN = ".".join(("eyJ" + "hbGciOi", "eyJ" + "zdWIiOi", "c2ln"))
FAR = "https://api.e.org/x.csv"


@pytest.mark.parametrize(
    ("line", "origins"),
    [
        (f"curl --oauth2-bearer {TOKEN} -o data.json {FAR}", (FAR,)),
        (f"curl --option-of-tomorrow {TOKEN} -o data.json {FAR}", (FAR,)),
        (f"curl --option-of-tomorrow {TOKEN} -o data.json api.e.org/x.csv", ("http://api.e.org/x.csv",)),
        (f"curl $OPTIONS {TOKEN} -sSL api.e.org/x.csv -o data.json", ("http://api.e.org/x.csv",)),
        ("curl --cookie-jar cookies.txt --limit-rate 1.5M --url api.e.org/x.csv -o y", ("http://api.e.org/x.csv",)),
        (f"wget --http-password {TOKEN} --save-cookies c.txt -q api.e.org/x.csv", ("http://api.e.org/x.csv",)),
        (f"wget --no-cookies --http-password {TOKEN} {FAR}", (FAR,)),
        (f"aria2c --http-passwd {TOKEN} {FAR}", (FAR,)),
        (f"gdown --proxy http://me:{TOKEN}@e.org 1aB", ("https://drive.google.com/uc?id=1aB",)),
        ("huggingface-cli download --local-dir-use-symlinks False o/m --local-dir m", ("https://huggingface.co/o/m",)),
        ("aws s3 cp s3://b/x.csv y.csv --endpoint-url https://e.org", ("s3://b/x.csv",)),
    ],
)
def test_the_value_of_an_option_is_no_address(tmp_path: Path, line: str, origins: tuple[str, ...]) -> None:
    assert [each.move.origins for each in awaited(ran.commands(line), str(tmp_path))] == [origins]
