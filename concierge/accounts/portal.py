from flask import Blueprint

bp = Blueprint("accounts_portal", __name__)
