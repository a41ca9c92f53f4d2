"""Checks a Stripe call against the installed client's own parameter types: a stand-in may share a mistake.

The types are TypedDicts in `stripe.params.*`, named in each service method's annotations.
"""

import inspect
import re
import sys
import types
import typing
from collections.abc import Mapping
from typing import Any

import stripe
import typing_extensions as te
from stripe._request_options import RequestOptions

_OPTION_KEYS = frozenset(RequestOptions.__annotations__)
_T = typing.TypeVar("_T")
_WRAPPERS = (te.NotRequired, te.Required, te.Annotated)


class _StripeObject(typing.Generic[_T]):
    """Stands for `UntypedStripeObject[...]`, which we never send."""


def problems(value: Any, wanted: Any, path: str = "$") -> list[str]:
    """What is wrong with `value` as a parameter of type `wanted`; empty when nothing is."""
    wanted = _unwrapped(wanted)
    origin, arguments = te.get_origin(wanted), te.get_args(wanted)
    if te.is_typeddict(wanted):
        return _object_problems(value, wanted, path)
    if origin in (typing.Union, types.UnionType):
        return _union_problems(value, arguments, path)
    if origin is te.Literal:
        return [] if value in arguments else [f"{path}: {value!r} is none of {arguments}"]
    if origin is list:
        if not isinstance(value, list):
            return [f"{path}: a list is wanted"]
        return [p for i, item in enumerate(value) for p in problems(item, arguments[0], f"{path}[{i}]")]
    if origin is dict:
        if not isinstance(value, dict):
            return [f"{path}: an object is wanted"]
        return [p for key, item in value.items() for p in problems(item, arguments[1], f"{path}.{key}")]
    if origin is _StripeObject:
        return [f"{path}: a Stripe object is wanted"]
    if wanted in (int, str, bool, float, type(None)):
        return [] if type(value) is wanted else [f"{path}: {value!r} is no {wanted.__name__}"]
    raise NotImplementedError(f"{path}: cannot judge {wanted}")


def call_problems(method: Any, params: Any) -> list[str]:
    """The same for the `params` of a service method such as `StripeClient.v1.refunds.create`."""
    return problems(params or {}, params_type(method))


def params_type(method: Any) -> type:
    """The TypedDict in the annotation `params: "RefundCreateParams"` of a service method."""
    annotation = inspect.signature(method).parameters["params"].annotation
    name = re.search(r"\w+Params", str(annotation)).group()
    home = stripe.params.checkout if ".checkout." in type(method.__self__).__module__ else stripe.params
    return getattr(home, name)


def _object_problems(value: Any, wanted: type, path: str) -> list[str]:
    if not isinstance(value, Mapping):
        return [f"{path}: an object is wanted"]
    hints = _hints(wanted)
    found = [f"{path}.{key}: unknown parameter" for key in value if key not in hints]
    found += [f"{path}.{key}: missing" for key in hints.keys() & _required(wanted, hints) if key not in value]
    for key in value.keys() & hints.keys():
        found += problems(value[key], hints[key], f"{path}.{key}")
    return found


def _union_problems(value: Any, arguments: tuple[Any, ...], path: str) -> list[str]:
    """`Literal[...] | str` leaves a door open for tomorrow's words; ours must be among today's."""
    closed = [a for a in arguments if te.get_origin(_unwrapped(a)) is te.Literal and len(te.get_args(a)) > 1]
    if closed:
        arguments = tuple(a for a in arguments if a is not str)
    answers = [problems(value, argument, path) for argument in arguments]
    return [] if not all(answers) else min(answers, key=len)


def _hints(wanted: type) -> dict[str, Any]:
    module = vars(sys.modules[wanted.__module__])
    names = {**vars(typing), **module, "UntypedStripeObject": _StripeObject, "StripeContext": str}
    hints = te.get_type_hints(wanted, globalns=names, include_extras=True)
    # Options such as idempotency_key are declared on the same type, yet Stripe refuses them as parameters.
    return {key: hint for key, hint in hints.items() if key not in _OPTION_KEYS}


def _required(wanted: type, hints: dict[str, Any]) -> set[str]:
    return {key for key in wanted.__required_keys__ if te.get_origin(hints.get(key)) is not te.NotRequired}


def _unwrapped(hint: Any) -> Any:
    while te.get_origin(hint) in _WRAPPERS:
        hint = te.get_args(hint)[0]
    return hint
