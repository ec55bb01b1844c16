from django.db import migrations

from wasl.core.edition import watching


class Migration(migrations.Migration):
    dependencies = [("core", "0004_edition"), ("sla", "0004_ladders")]
    operations = [watching("sla_ladder", "sla_ladderstep")]
