from django.db import migrations

from wasl.core import edition


class Migration(migrations.Migration):
    dependencies = [("contacts", "0006_relations"), ("core", "0004_edition")]
    operations = [edition.watching("contacts_relation")]
