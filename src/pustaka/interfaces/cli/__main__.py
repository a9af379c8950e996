import sys

from pustaka.interfaces.cli import main

sys.exit(main())
