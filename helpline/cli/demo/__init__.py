"""`helpline demo` (`make run`): a whole invented organisation on this machine, ready to try."""

from helpline.cli.demo.run import command

__all__ = ["command"]
