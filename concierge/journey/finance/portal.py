from flask import Blueprint

bp = Blueprint("finance_portal", __name__)
