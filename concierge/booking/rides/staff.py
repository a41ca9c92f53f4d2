from flask import Blueprint

bp = Blueprint("rides_staff", __name__)
