from flask import Blueprint

bp = Blueprint("evaluation_staff", __name__)
