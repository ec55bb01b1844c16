from django.db import migrations

from wasl.core import edition


class Migration(migrations.Migration):
    dependencies = [("cases", "0023_case_in_turn"), ("core", "0004_edition")]
    operations = [edition.watching("cases_jumpreason")]
