from flask import Blueprint

bp = Blueprint("conversation_staff", __name__)
