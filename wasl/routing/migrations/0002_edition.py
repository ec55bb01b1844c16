from django.db import migrations

from wasl.core.edition import watching


class Migration(migrations.Migration):
    dependencies = [("core", "0004_edition"), ("routing", "0001_start")]
    operations = [watching("routing_rule", "routing_importancecriterion", "routing_importanceband")]
