import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Six keys have an index of their own beside others that begin with them, and four texts that are only ever asked for
# as a whole have one for asking by their beginning. Django would take the foreign keys off and check them anew.
DOUBLE = """
DROP INDEX IF EXISTS cases_case_agency_id_062136fa;
DROP INDEX IF EXISTS cases_case_assignee_id_28343c2e;
DROP INDEX IF EXISTS cases_case_beneficiary_id_24b9e8b9;
DROP INDEX IF EXISTS cases_case_service_id_d5119aeb;
DROP INDEX IF EXISTS cases_case_unit_id_f34fc706;
DROP INDEX IF EXISTS cases_case_wilayat_id_a4a4a6c4;
DROP INDEX IF EXISTS cases_case_access_code_hash_54129bf3_like;
DROP INDEX IF EXISTS cases_case_digits_7c06c757_like;
DROP INDEX IF EXISTS cases_case_public_id_eb820183_like;
DROP INDEX IF EXISTS cases_case_reference_cb43aa34_like;
"""


def without_index(name: str, to: str, *, null: bool) -> migrations.AlterField:
    field = models.ForeignKey(
        db_index=False, null=null, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to
    )
    return migrations.AlterField(model_name="case", name=name, field=field)


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_case_published")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(DOUBLE, migrations.RunSQL.noop)],
            state_operations=[
                without_index("agency", "directory.agency", null=False),
                without_index("assignee", settings.AUTH_USER_MODEL, null=True),
                without_index("beneficiary", "contacts.beneficiary", null=True),
                without_index("service", "catalogue.service", null=True),
                without_index("unit", "directory.unit", null=False),
                without_index("wilayat", "places.wilayat", null=True),
            ],
        )
    ]
