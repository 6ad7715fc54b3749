"""`python -m labor_signals`: the command line."""

import sys

from labor_signals.cli import main

sys.exit(main())
