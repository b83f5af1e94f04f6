"""``python -m jupyter_aisec`` is the command line."""

from __future__ import annotations

import sys

from jupyter_aisec.cli import main

sys.exit(main())
