from django.db import migrations

from wasl.core.edition import watching


class Migration(migrations.Migration):
    dependencies = [("core", "0004_edition"), ("directory", "0002_substitutes")]
    operations = [watching("directory_agency", "directory_unit", "directory_operatingmode")]
