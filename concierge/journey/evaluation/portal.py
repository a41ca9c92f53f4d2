from flask import Blueprint

bp = Blueprint("evaluation_portal", __name__)
