"""The database itself refuses to change or delete a line of the ledger."""

from django.db import migrations

SQLITE = [
    """CREATE TRIGGER IF NOT EXISTS entry_never_changed BEFORE UPDATE ON patrons_entry
    BEGIN SELECT RAISE(ABORT, 'a line of the ledger is never changed'); END""",
    """CREATE TRIGGER IF NOT EXISTS entry_never_deleted BEFORE DELETE ON patrons_entry
    BEGIN SELECT RAISE(ABORT, 'a line of the ledger is never deleted'); END""",
]
POSTGRESQL = [
    """CREATE OR REPLACE FUNCTION patrons_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'a line of the ledger is never changed or deleted'; END $$""",
    """CREATE TRIGGER entry_never_changed BEFORE UPDATE OR DELETE ON patrons_entry
    FOR EACH ROW EXECUTE FUNCTION patrons_entry_stays()""",
]


def guard(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER IF EXISTS entry_never_changed ON patrons_entry")
    else:
        schema_editor.execute("DROP TRIGGER IF EXISTS entry_never_changed")
        schema_editor.execute("DROP TRIGGER IF EXISTS entry_never_deleted")


class Migration(migrations.Migration):

    dependencies = [("patrons", "0002_membership_and_ledger")]
    operations = [migrations.RunPython(guard, unguard)]
