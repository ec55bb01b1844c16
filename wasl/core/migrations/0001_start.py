from django.db import migrations

# References come from one house-wide sequence; facts are append-only for everybody; limits are counted in an unlogged
# table, which a crash may empty without harm.
SQL = """
CREATE SEQUENCE core_reference_seq START 1;

CREATE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Events are append-only';
END $$;

CREATE UNLOGGED TABLE core_limit (
    key text NOT NULL,
    slot bigint NOT NULL,
    used integer NOT NULL,
    ends_at timestamptz NOT NULL,
    PRIMARY KEY (key, slot)
);
CREATE INDEX core_limit_ends_at ON core_limit (ends_at);
"""
REVERSE = """
DROP TABLE core_limit; DROP FUNCTION core_refuse_change(); DROP SEQUENCE core_reference_seq;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(SQL, REVERSE)]
