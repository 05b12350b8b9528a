"""`python -m juanzong` is the command `juanzong`."""

from __future__ import annotations

import sys

from juanzong.web.cli import main

sys.exit(main())
