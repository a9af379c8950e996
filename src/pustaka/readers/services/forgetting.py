"""What a person made here goes with them."""

from django.db import transaction

from pustaka.readers.models import BookList, Opinion, Problem, Tagging


@transaction.atomic
def forget(*, patron_id: int) -> None:
    """Delete the person's lists, reviews and tags; a report about a record stays, without who sent it."""
    BookList.objects.filter(patron=patron_id).delete()
    Opinion.objects.filter(patron=patron_id).delete()
    Tagging.objects.filter(patron=patron_id).delete()
    Problem.objects.filter(patron=patron_id).update(patron=None)
