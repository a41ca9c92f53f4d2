"""How a view reaches a gateway; actions get theirs as an argument."""

from flask import current_app

from concierge.gateways.registry import Gateways


def gateways() -> Gateways:
    return current_app.extensions["concierge.gateways"]
