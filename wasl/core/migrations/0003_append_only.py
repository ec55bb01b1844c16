from django.db import migrations

# The application's own role cannot even try; the trigger holds for whoever else connects.
SQL = """
CREATE TRIGGER core_eventrecord_append_only BEFORE UPDATE OR DELETE ON core_eventrecord
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON core_eventrecord FROM app;
    END IF;
END $$;
"""
REVERSE = "DROP TRIGGER core_eventrecord_append_only ON core_eventrecord;"


class Migration(migrations.Migration):
    dependencies = [("core", "0002_tables")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
