"""`python -m wasl.config.runner` is `wasl run`."""

import sys

from wasl.config.runner.run import main

sys.exit(main())
