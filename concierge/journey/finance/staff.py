from flask import Blueprint

bp = Blueprint("finance_staff", __name__)
