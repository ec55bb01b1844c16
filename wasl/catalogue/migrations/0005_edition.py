from django.db import migrations

from wasl.core.edition import watching


class Migration(migrations.Migration):
    dependencies = [("core", "0004_edition"), ("catalogue", "0004_holding_groups")]
    operations = [
        watching("catalogue_category", "catalogue_service", "catalogue_servicequestion", "catalogue_synonyms")
    ]
