"""The session cookie (form tokens, flashed sentences), which a page that only asks for news does not open."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

WITHOUT = ("/chat/poll",)  # how their addresses end; what signs nothing and says nothing


class Sessions(SecureCookieSessionInterface):
    """Flask's own, left closed where it would be opened each second for nothing."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if request.path.endswith(WITHOUT):
            return None  # Flask then refuses to write one, and sends no cookie
        return super().open_session(app, request)


def init(app: Flask) -> None:
    app.session_interface = Sessions()
