"""The hosted payment page of the demo card service: what Stripe Checkout is to Stripe, without the money."""

from html import escape
from typing import Any

_SHELL = """<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><title>Demo card service</title>
<meta name="viewport" content="width=device-width">
<style>
body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-inline-size: 34rem; margin: 3rem auto }}
input, button {{ font: inherit; padding: .5rem; inline-size: 100%; box-sizing: border-box }}
[role=alert] {{ color: #a00 }}
</style></head><body><main><h1>Demo card service</h1>{content}</main></body></html>"""
_CONTENT = """<p>No money moves here. Do not type a real card number.</p>
<p><b>{amount}</b><br>{name}</p>{notice}
<form method="post"><label>Test card number
<input name="number" inputmode="numeric" autocomplete="off" required></label><button>Pay</button></form>
<p>Pays: 4242 4242 4242 4242<br>Is declined: 4000 0000 0000 0002<br>
Has no funds: 4000 0000 0000 9995<br>
Pays, then the bank takes it back: 4000 0000 0000 0259<br>
Pays, a refund takes a moment: 4000 0000 0000 7726<br>
Pays, a refund comes back: 4000 0000 0000 5126</p>{back}"""


def payment_page(session: dict[str, Any], notice: str = "") -> str:
    """The form for an open session; `notice` says why the last card was refused."""
    name = session["line_items"][0]["price_data"]["product_data"]["name"]
    back = session["cancel_url"]
    return _SHELL.format(
        content=_CONTENT.format(
            amount=f"{session['currency'].upper()} {session['amount_total']} (in the smallest unit)",
            name=escape(name),
            notice=f'<p role="alert">{escape(notice)}</p>' if notice else "",
            back=f'<p><a href="{escape(back)}">Back without paying</a></p>' if back else "",
        )
    )


def closed_page() -> str:
    return _SHELL.format(content="<p>This payment page is not open any more.</p>")
