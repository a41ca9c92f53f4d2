from flask import Blueprint

bp = Blueprint("finance_public", __name__)
