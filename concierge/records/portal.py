from flask import Blueprint

bp = Blueprint("records_portal", __name__)
