from django.db import migrations

from wasl.core.edition import watching


class Migration(migrations.Migration):
    dependencies = [("core", "0004_edition"), ("routing", "0007_generalists")]
    operations = [watching("routing_generalist")]
