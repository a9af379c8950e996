"""The pages of `docs/reference/` say what the code says."""

import re
import sys
from dataclasses import fields

from pustaka.config.roles import ROLES
from pustaka.config.switchboard import SWITCHBOARD
from pustaka.foundation.actors import PermissionEnum
from pustaka.foundation.events import Event, name_of
from tests.conftest import ROOT

REFERENCE = ROOT / "docs" / "reference"
SETTING = re.compile(r'environment\.\w+\(\s*"(\w+)"|environ\.get\("(\w+)"')


def test_settings_page_names_every_variable_and_no_other():
    sources = [ROOT / "src/pustaka/config/settings.py", ROOT / "src/pustaka/interfaces/cli/serve_command.py"]
    read = {name for path in sources for pair in SETTING.findall(path.read_text()) for name in pair if name}
    rows = [line for line in (REFERENCE / "settings.md").read_text().splitlines() if line.startswith("| `")]
    told = {name for row in rows for name in re.findall(r"`([A-Z_]{4,})`", row.split("|")[1])}

    assert len(read) > 20
    assert told == read


def test_permissions_page_says_what_each_role_may():
    rows = [
        f"| `{permission.value}` | {permission.sentence} | "
        f"{', '.join(role.value for role in ROLES if permission in ROLES[role])} |"
        for kind in PermissionEnum.__subclasses__()
        if kind.__module__.startswith("pustaka.")
        for permission in kind
    ]
    page = (REFERENCE / "permissions.md").read_text().splitlines()

    assert rows
    assert sorted(line for line in page if line.startswith("| `")) == sorted(rows)


def test_events_page_tells_every_event_its_fields_and_who_reacts():
    # A dataclass with slots is made anew from the class that was written; only the new one stands in its module.
    kinds = [kind for kind in Event.__subclasses__() if vars(sys.modules[kind.__module__]).get(kind.__name__) is kind]
    kinds = [kind for kind in kinds if kind.__module__.startswith("pustaka.")]
    rows = [
        f"| `{name_of(kind)}` | {', '.join(f'`{field.name}`' for field in fields(kind) if field.name != 'at')} | "
        f"{', '.join(f'`{handler.__name__}`' for handler in SWITCHBOARD.get(kind, []))} |"
        for kind in kinds
    ]
    page = (REFERENCE / "events.md").read_text().splitlines()

    assert rows
    assert sorted(line for line in page if line.startswith("| `")) == sorted(rows)
