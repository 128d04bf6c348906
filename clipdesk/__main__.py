"""``clipdesk``, and ``python -m clipdesk``."""

import sys

from clipdesk.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
