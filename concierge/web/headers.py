"""Security headers of every answer. Only the card page may add the card service's host (`g.card_origin`)."""

from flask import Flask, Response, g, request


def _policy() -> str:
    card = f" {origin}" if (origin := g.get("card_origin")) else ""
    return "; ".join((
        "default-src 'self'", f"script-src 'self'{card}", f"frame-src 'self'{card}", f"connect-src 'self'{card}",
        "img-src 'self' data:", "object-src 'none'", "base-uri 'self'", f"form-action 'self'{card}",
        "frame-ancestors 'none'",
    ))  # fmt: skip


def init(app: Flask) -> None:
    @app.after_request
    def _secure(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", _policy())
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if app.config["SESSION_COOKIE_SECURE"]:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if g.get("area") in {"portal", "staff", "referrer"}:
            headers["Cache-Control"] = "no-store"
        elif request.path == "/":
            headers["Vary"] = "Accept-Language, Cookie"
        return response
