"""What the columns of a table mean: said once by a person, remembered for every file of the same shape."""

import os
import uuid
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from pustaka.catalog import tables
from pustaka.catalog.importing import remarks
from pustaka.catalog.importing.steps import ask_for, enter
from pustaka.catalog.models import ColumnMap, ImportJob
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import imports
from pustaka.catalog.tables import Look, Recipe
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.standards import marc, sheets
from pustaka.standards.sheets import Layout, NotTable

State = ImportJob.State


def layout_of(*, job: ImportJob) -> Layout:
    """How the table of an import seems to be written down.

    Raises:
        Invalid: it can't be read.
    """
    try:
        return sheets.sniff(Path(job.path), name=job.name)
    except (NotTable, marc.StreamDamaged, OSError) as refusal:
        raise Invalid(remarks.in_words_of(str(refusal))) from refusal


def look(*, job: ImportJob, layout: Layout, header_row: int | None = None) -> Look:
    """The first rows of the table of an import, read in that layout.

    Raises:
        Invalid: they can't be read.
    """
    try:
        return tables.look_at(Path(job.path), layout=layout, header_row=header_row)
    except (NotTable, marc.StreamDamaged, OSError) as refusal:
        raise Invalid(remarks.in_words_of(str(refusal))) from refusal


@transaction.atomic
def choose(*, job_id: int, recipe: Recipe, name: str, at: datetime, by: Actor) -> ImportJob:
    """Say what the columns of an import mean; it is read then, and the meaning is remembered under `name`.

    Raises:
        NotPermitted: `by` may not import.
        NotNow: the import isn't waiting for it.
        Invalid: no column is the title, or of a table of copies the barcode.
    """
    by.require(Permission.IMPORT)
    job = imports.locked(job_id=job_id, states={State.MAPPING})
    _check(recipe)
    job.recipe = recipe.as_json()
    enter(job, State.WAITING, at=at, total=job.size, more=("recipe",))
    _remember(recipe, name.strip() or job.name, at=at, by=by)
    ask_for("analyse", job, at=at)
    return job


def _check(recipe: Recipe) -> None:
    if recipe.missing():
        if recipe.kind == "copies":
            raise Invalid(_("Say which column holds the barcode: a copy is found by it."))
        raise Invalid(_("Say which column holds the title: every record needs one."))


def _remember(recipe: Recipe, name: str, *, at: datetime, by: Actor) -> ColumnMap:
    """Keep the recipe for the next file: in the place of what was known of this header, else under a free name."""
    print_ = tables.fingerprint([column.name for column in recipe.columns]) if recipe.header_row else ""
    known = ColumnMap.objects.filter(fingerprint=print_).first() if print_ else None
    if known is None:
        known = ColumnMap(fingerprint=print_, created_at=at)
    others = ColumnMap.objects.exclude(pk=known.pk)
    known.name, number = name[:110], 1
    while others.filter(name=known.name).exists():
        number += 1
        known.name = f"{name[:110]} {number}"
    known.recipe, known.changed_at, known.changed_by, known.used_at = recipe.as_json(), at, by.name, at
    known.save()
    return known


@transaction.atomic
def change(*, map_id: int, name: str, recipe: Recipe, at: datetime, by: Actor) -> ColumnMap:
    """Give a remembered meaning another name, or say anew what the columns mean; imports so far stay as they are.

    Raises:
        NotPermitted: `by` may not import.
        NotFound: it is forgotten already.
        Invalid: the name is empty or taken, or no column is the title or barcode.
    """
    by.require(Permission.IMPORT)
    known = _known(map_id)
    _check(recipe)
    known.name = name.strip()[:120]
    if not known.name:
        raise Invalid(_("Give it a name, so that you find it again."))
    if ColumnMap.objects.exclude(pk=map_id).filter(name=known.name).exists():
        raise Invalid(_("Another one is called “%(name)s” already.") % {"name": known.name})
    known.recipe, known.changed_at, known.changed_by = recipe.as_json(), at, by.name
    known.save()
    return known


@transaction.atomic
def forget(*, map_id: int, by: Actor) -> None:
    """Remember a meaning no more: the next file of that shape is asked about again.

    Raises:
        NotPermitted: `by` may not import.
        NotFound: it is forgotten already.
    """
    by.require(Permission.IMPORT)
    _known(map_id).delete()


def _known(map_id: int) -> ColumnMap:
    known = ColumnMap.objects.select_for_update().filter(pk=map_id).first()
    if known is None:
        raise NotFound(_("There is no such meaning of columns any more."))
    return known


@transaction.atomic
def ask_again(*, job_id: int, at: datetime, by: Actor) -> ImportJob:
    """A new import of the same table that waits for the meaning of its columns; the old one is given up.

    Raises:
        NotPermitted: `by` may not import.
        NotNow: the import has been taken over or is no table.
    """
    by.require(Permission.IMPORT)
    old = imports.locked(job_id=job_id, states={State.WAITING, State.ANALYSING, State.READY})
    if not old.recipe:
        raise Invalid(_("This file isn't a table: its columns have no meaning to choose."))
    path = settings.UPLOADS / f"{uuid.uuid4().hex}{Path(old.path).suffix}"
    os.link(old.path, path)
    new = ImportJob.objects.create(
        state=State.MAPPING, name=old.name, path=str(path), size=old.size, sha256=old.sha256, format=old.format,
        recipe=old.recipe, on_match=old.on_match, branch=old.branch, location=old.location,
        creates_places=old.creates_places, phase_total=old.size, created_at=at, created_by=by.name,
    )  # fmt: skip
    imports.cancel(job_id=job_id, at=at, by=by)
    return new
