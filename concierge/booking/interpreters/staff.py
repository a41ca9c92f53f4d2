from flask import Blueprint

bp = Blueprint("interpreters_staff", __name__)
