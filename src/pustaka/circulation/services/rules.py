"""The rules that a librarian sets."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from pustaka.branches.models import Branch
from pustaka.catalog.models import ItemType
from pustaka.circulation import policy, words
from pustaka.circulation.models import LoanRule, RuleBookState
from pustaka.circulation.permissions import Permission
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid
from pustaka.patrons.models import Category


@transaction.atomic
def set_rule(
    *, name: str, value: str, branch: Branch | None = None, category: Category | None = None,
    item_type: ItemType | None = None, at: datetime, by: Actor,
) -> LoanRule:  # fmt: skip
    """Say what holds for that name and place; None is any. A blank value is a value: no limit, no cap.

    Raises:
        NotPermitted: `by` may not set rules.
        Invalid: there is no such rule, or it can't have that value; the text names the rule.
    """
    by.require(Permission.SET_RULES)
    try:
        policy.read(name, value)
    except KeyError as error:
        raise Invalid(_("There is no rule called “%(name)s”.") % {"name": name}) from error
    except policy.BadValue as error:
        raise Invalid(
            _("%(rule)s: “%(value)s” can't be used. Amounts are whole rupiah (5.000), the rest whole numbers.")
            % {"rule": label(name=name), "value": value}
        ) from error
    row, _is_new = LoanRule.objects.update_or_create(
        name=name, branch=branch, category=category, item_type=item_type,
        defaults={"value": value.strip(), "changed_at": at, "changed_by": by.name[:200]},
    )  # fmt: skip
    _changed()
    return row


@transaction.atomic
def clear_rule(*, rule_id: int, by: Actor) -> None:
    """Take a row away, so that a less specific one holds again; it needn't be there.

    Raises:
        NotPermitted: `by` may not set rules.
    """
    by.require(Permission.SET_RULES)
    LoanRule.objects.filter(pk=rule_id).delete()
    _changed()


def label(*, name: str) -> str:
    """The rule in words."""
    return next((str(text) for _group, rules in words.GROUPS for known, text in rules if known == name), name)


def _changed() -> None:
    if not RuleBookState.objects.update(version=F("version") + 1):
        RuleBookState.objects.create(version=1)
