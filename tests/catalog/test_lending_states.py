"""What circulation says of a copy, no editor sets or ends."""

import pytest

from pustaka.catalog.batches.copies import CopyChange
from pustaka.catalog.models import Item, Withdrawal
from pustaka.catalog.rules import CIRCULATING
from pustaka.catalog.services import items, withdrawals
from pustaka.catalog.services.items import NewCopy
from pustaka.foundation.actors import SYSTEM
from pustaka.foundation.errors import DomainError, Invalid
from tests.factories import BibFactory, BranchFactory, ItemFactory
from tests.factories.catalog import AT

pytestmark = pytest.mark.django_db
BY = {"at": AT, "by": SYSTEM}


@pytest.mark.parametrize("state", sorted(CIRCULATING))
def test_editor_neither_sets_nor_ends_what_lending_says(state):
    lent, free = ItemFactory(status=state), ItemFactory()

    for item, told in ((lent, "available"), (free, state)):
        with pytest.raises(Invalid, match="happen at the desk"):
            items.change(item_id=item.pk, version=item.version, fields={"status": told}, **BY)
    with pytest.raises(Invalid, match="happen at the desk"):
        items.remove(item_id=lent.pk, **BY)
    with pytest.raises(Invalid, match="happen at the desk"):
        items.add(bib=BibFactory(), copy=NewCopy(barcode="X", branch=BranchFactory(), status=state), **BY)
    with pytest.raises(DomainError, match="Take it back"):
        withdrawals.withdraw(barcode=lent.barcode, reason=Withdrawal.Reason.WORN, **BY)

    assert Item.objects.get(pk=lent.pk).status == state


def test_lent_copy_can_be_moved_and_goes_back_without_leaving_the_readers_hands():
    item = ItemFactory(note="lama")
    items.change(item_id=item.pk, version=1, fields={"note": "baru"}, **BY)
    items.circulate(item=item, status=Item.Status.ON_LOAN)

    back = items.go_back(item_id=item.pk, to_version=1, version=2, **BY)

    assert (back.note, back.status) == ("lama", Item.Status.ON_LOAN)


def test_lending_is_no_edit():
    item = ItemFactory()

    items.circulate(item=items.lock(item_id=item.pk), status=Item.Status.ON_LOAN)

    again = Item.objects.get(pk=item.pk)
    assert (again.status, again.version) == (Item.Status.ON_LOAN, 1)


@pytest.mark.parametrize("change", [CopyChange(sets={"status": "missing"}), CopyChange(withdraw="worn")])
def test_batch_leaves_lent_copies_out(change):
    before = {"status": "on_loan", "branch_id": 1, "location_id": None, "note": "", "call_number": ""}

    with pytest.raises(ValueError, match="is-lent"):
        change.after(before)
    assert CopyChange(note="clear").after({**before, "note": "x"}) == {"note": ""}
