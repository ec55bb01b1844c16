from django.db import migrations

from wasl.core.edition import watching


class Migration(migrations.Migration):
    dependencies = [("core", "0004_edition"), ("sla", "0001_start")]
    operations = [watching("sla_policy")]
