from flask import Blueprint

bp = Blueprint("conversation_portal", __name__)
