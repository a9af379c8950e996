"""`python -m benchmarks.copying`: a thousand records from yaz-ztest, and ten targets of which three are dead."""

import os
import tempfile

import django


def main() -> None:
    """In a data folder that goes again."""
    with tempfile.TemporaryDirectory(prefix="pustaka-copying-") as folder:
        os.environ |= {"PUSTAKA_DATA": folder, "DJANGO_SETTINGS_MODULE": "pustaka.config.settings"}
        django.setup()
        from benchmarks.copying.measure import measure

        measure()


if __name__ == "__main__":
    main()
