from flask import Blueprint

bp = Blueprint("finance_webhook", __name__)
