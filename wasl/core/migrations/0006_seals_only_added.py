from django.db import migrations

# As the log itself: the application's own role cannot even try, the trigger holds for whoever else connects. Hashes do
# not get smaller by packing.
SQL = """
ALTER TABLE core_seal ALTER COLUMN leaves SET STORAGE EXTERNAL;
CREATE TRIGGER core_seal_append_only BEFORE UPDATE OR DELETE ON core_seal
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON core_seal FROM app;
    END IF;
END $$;
"""
REVERSE = "DROP TRIGGER core_seal_append_only ON core_seal;"


class Migration(migrations.Migration):
    dependencies = [("core", "0005_seals")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
