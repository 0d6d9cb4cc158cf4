"""A group of commands that imports only the one asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import ClassVar

import click


class LazyGroup(click.Group):
    """A group that knows of commands without importing them: the others cost more than a query."""

    lazy_commands: ClassVar[Mapping[str, tuple[str, str]]] = {}
    """Name to module and the name of the command in it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return sorted({*super().list_commands(ctx), *self.lazy_commands})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported now."""
        if cmd_name not in self.lazy_commands:
            return super().get_command(ctx, cmd_name)
        module, name = self.lazy_commands[cmd_name]
        command: click.Command = getattr(import_module(module), name)
        return command
