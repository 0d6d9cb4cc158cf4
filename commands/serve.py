"""`laadvraag serve`: the terrain tool in a browser, on this machine."""

from __future__ import annotations

import socket
from pathlib import Path

import click

from commands.options import database_option, theme_option
from forecast.beside import SECOND
from forecast.words import LANGUAGES


@click.command(epilog="Example: laadvraag serve --read-only --port 8080")
@database_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8750,
    show_default=True,
    help="Port; 0 takes any that is free.",
)
@click.option("--read-only", is_flag=True, help="Nothing can be recorded: for a room of people.")
@click.option(
    "--let-others-write",
    is_flag=True,
    help="With a --host that others reach: they may record refinements, too.",
)
@click.option("--open", "is_opened", is_flag=True, help="Open the pages in the browser.")
@click.option(
    "--no-background",
    is_flag=True,
    help="Maps never fetch the BRT background from PDOK, not even when there is a network.",
)
@theme_option
@click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    default="nl",
    show_default=True,
    help="Language of the pages until a reader chooses another.",
)
def serve(  # noqa: PLR0913 - one per option
    database: Path,
    host: str,
    port: int,
    theme_path: Path | None,
    language: str,
    *,
    read_only: bool,
    let_others_write: bool,
    is_opened: bool,
    no_background: bool,
) -> None:
    """Show map, search, figures, what-if and refinements as pages in a browser.

    Only this machine reaches them unless --host says otherwise. Ctrl-C stops.
    """
    from forecast.store import open_published
    from forecast.theme import load_theme
    from maps.background import PDOK
    from web.options import ServeOptions
    from web.serving import address_of, bind, is_loopback
    from web.serving import serve as serve_pages

    is_shared = not is_loopback(host)
    if is_shared:
        _require_choice(host, is_chosen=read_only or let_others_write)
    theme = load_theme(theme_path)
    with open_published(database):
        pass  # says now what is wrong with it, not to the first reader
    taken = bind(host, port)
    from web.app import make_app

    app = make_app(
        ServeOptions(
            database=database,
            language=language,
            theme=theme,
            is_read_only=read_only,
            is_shared=is_shared,
            names=_names(host) if is_shared else frozenset(),
            background=None if no_background else PDOK,
        )
    )
    if is_shared:
        _warn_of_others(is_read_only=read_only)
    if not read_only:
        SECOND.begin()  # it imports what the first refinement needs
    address = address_of(taken)

    def tell() -> None:
        click.echo(f"{address}  (Ctrl-C stops)")
        if is_opened:
            click.launch(address)

    serve_pages(app, taken, tell)
    click.echo("stopped", err=True)


def _require_choice(host: str, *, is_chosen: bool) -> None:
    """Refuse to let others in before it is said what they may do."""
    if not is_chosen:
        raise click.UsageError(
            f"--host {host} lets others on the network in: add --read-only, or --let-others-write "
            "if they may record refinements too"
        )


def _names(host: str) -> frozenset[str]:
    """Return the names by which others call this machine."""
    own_name = socket.gethostname().lower()
    return frozenset({host.lower(), own_name, f"{own_name}.local"})


def _warn_of_others(*, is_read_only: bool) -> None:
    may = "can look along" if is_read_only else "can look along AND record refinements"
    click.echo(
        f"Warning: everyone who reaches this machine by the network {may}; there is no "
        "password and nothing is encrypted.",
        err=True,
    )
