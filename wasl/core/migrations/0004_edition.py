from django.db import migrations

# Whoever changes the configuration takes the first mark that no other transaction holds; when all are taken, waits.
SQL = """
CREATE TABLE core_edition (shard smallint PRIMARY KEY, mark bigint NOT NULL);
INSERT INTO core_edition SELECT shard, floor(random() * 9e15)::bigint FROM generate_series(0, 3) AS shard;

CREATE FUNCTION core_new_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE core_edition SET mark = floor(random() * 9e15)::bigint WHERE shard = coalesce(
        (SELECT shard FROM core_edition ORDER BY shard LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED),
        pg_backend_pid() % 4
    );
    RETURN NULL;
END $$;
"""
REVERSE = "DROP FUNCTION core_new_edition(); DROP TABLE core_edition;"


class Migration(migrations.Migration):
    dependencies = [("core", "0003_append_only")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
