"""`flask …` commands; each is a thin edge over an action."""

import click
from flask import Flask


def init(app: Flask) -> None:
    @app.cli.command("demo")
    @click.option("--fresh", is_flag=True, help="Delete the present demo cases first.")
    def demo(fresh: bool) -> None:
        """Load the fictional hospitals, staff and cases."""
        from concierge.cli.demo import load

        load(fresh=fresh)
