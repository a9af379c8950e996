"""Daily housekeeping: each line is one call into a service with `at=`."""

import argparse
from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from pustaka.catalog.services import drafts, questions
from pustaka.circulation.services import nightly
from pustaka.discovery import services as discovery
from pustaka.foundation import events
from pustaka.media import services as media
from pustaka.notices import services as notices
from pustaka.patrons.services import people
from pustaka.readers.services import problems
from pustaka.reporting import services as reporting
from pustaka.security import services as security

KEPT_FOR = timedelta(days=30)
UNUSED_FILES_KEPT_FOR = timedelta(days=1)  # somebody may be about to use what was just taken in
QUESTIONS_KEPT_FOR = timedelta(days=7)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(arguments: argparse.Namespace) -> int:
    """Forget what nobody needs any more, and say how much that was."""
    at = timezone.now()
    facts = events.forget_delivered(before=at - KEPT_FOR)
    left = drafts.forget_old(at=at)
    tasks, _ = DBTaskResult.objects.successful().filter(finished_at__lt=at - KEPT_FOR).delete()
    asked = questions.forget(before=at - QUESTIONS_KEPT_FOR)
    SessionStore.clear_expired()
    files, on_disk = media.forget_unused(before=at - UNUSED_FILES_KEPT_FOR)
    discovery.sweep()
    letters = notices.forget(before=at - notices.KEPT_FOR)
    reporters = problems.forget_reporters(at=at)
    night = nightly.run(at=timezone.localtime(at))
    looks = people.forget_lookups(at=at)
    doors = security.cut_links(at=at)
    facts_made = reporting.catch_up(today=timezone.localdate(at))
    print(f"Circulation: {night}.")
    print(f"Figures: {facts_made} facts made anew. Forgotten: who came in at the door, {doors} times.")
    print(f"Forgotten: {looks} looks of staff at people older than {people.LOOKUPS_KEPT_FOR.days} days.")
    print(f"Forgotten: {letters} letters older than {notices.KEPT_FOR.days} days, and who sent {reporters} reports.")
    print(f"Forgotten: {facts} delivered events and {tasks} finished tasks older than {KEPT_FOR.days} days.")
    print(f"Forgotten: {files} files that nothing points to; {on_disk} gone from the disk.")
    print(f"Forgotten: {asked} questions to other catalogues older than {QUESTIONS_KEPT_FOR.days} days.")
    print(f"Forgotten: {left} drafts that nobody has touched for long, or in which nothing was changed.")
    return 0
