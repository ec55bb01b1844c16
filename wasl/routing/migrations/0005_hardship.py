from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("routing", "0004_edition_of_lines")]

    operations = [migrations.RemoveConstraint(model_name="importancecriterion", name="criterion_known")]
