from django.db import migrations

_WATCH = """
CREATE OR REPLACE TRIGGER new_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON cases_holdreason
    FOR EACH STATEMENT EXECUTE FUNCTION core_new_edition();
"""
_LEAVE = "DROP TRIGGER new_edition ON cases_holdreason;"


class Migration(migrations.Migration):
    dependencies = [("cases", "0019_silence"), ("core", "0004_edition")]
    operations = [migrations.RunSQL(_WATCH, _LEAVE)]
