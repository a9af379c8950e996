"""What readers made of a title follows it when it is poured into another."""

from collections.abc import Collection

from django.db import transaction

from pustaka.readers.services import lists, opinions, problems


@transaction.atomic
def follow(*, gone_ids: Collection[int], kept_id: int) -> None:
    """Lists, opinions, tags and reports of these titles are those of the kept one from now on.

    When the merge is undone they stay there: nobody can tell any more which title a reader meant.
    """
    for gone_id in gone_ids:
        lists.follow_merge(gone_id=gone_id, kept_id=kept_id)
        opinions.follow_merge(gone_id=gone_id, kept_id=kept_id)
        problems.follow_merge(gone_id=gone_id, kept_id=kept_id)
