from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import ExtractHour, TruncDate

from pustaka.branches.models import Branch
from pustaka.security.models import Visit


def visits_by_hour(branch: Branch, *, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
    """How many came in, by day and hour of the branch's clock, category and unit: `on, hour, category, unit, count`."""
    zone = ZoneInfo(branch.time_zone)
    rows = Visit.objects.filter(branch=branch, at__gte=since, at__lt=until).order_by()
    rows = rows.annotate(on=TruncDate("at", tzinfo=zone), hour=ExtractHour("at", tzinfo=zone))
    for row in rows.values("on", "hour", "category", "unit").annotate(count=Count("pk")):
        yield dict(row)


def visits_since(branch: Branch, since: datetime) -> int:
    """How many came in since then."""
    return Visit.objects.filter(branch=branch, at__gte=since).count()
