from flask import Blueprint

bp = Blueprint("acceptance_staff", __name__)
