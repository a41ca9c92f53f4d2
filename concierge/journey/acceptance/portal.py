from flask import Blueprint

bp = Blueprint("acceptance_portal", __name__)
