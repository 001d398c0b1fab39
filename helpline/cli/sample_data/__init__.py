"""`helpline sample-data`: a large invented organisation, for trials and measurements."""

from helpline.cli.sample_data.command import command

__all__ = ["command"]
