"""Keep the facts of the engine's reasons beside their words."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('escalations', '0013_eight_d_steps_and_clocks'),
    ]

    operations = [
        migrations.AddField(
            model_name='episodestep',
            name='because',
            field=models.JSONField(blank=True, default=dict, verbose_name='facts of the reason'),
        ),
        migrations.AddField(
            model_name='shippingevent',
            name='because',
            field=models.JSONField(blank=True, default=dict, verbose_name='facts of the comment'),
        ),
        migrations.AlterField(
            model_name='message',
            name='state',
            field=models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Being sent'), ('sent', 'Sent'), ('dead', 'Given up'), ('discarded', 'Discarded'), ('kept', 'Kept here, no mail server'), ('no_recipient', 'No recipient'), ('collected', 'Waits for the daily summary'), ('summed_up', 'Told in another mail')], max_length=12, verbose_name='state'),
        ),
    ]
