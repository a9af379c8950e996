"""The OpenAPI document as a page of ours: readable without scripts, in our frame."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase


class Page(DocsBase):
    """Lists every operation with its parameters and answers."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """The page, made from the schema that programs read."""
        schema = api.get_openapi_schema()
        operations = [
            {"path": path, "method": method.upper(), **operation}
            for path, methods in schema["paths"].items()
            for method, operation in methods.items()
        ]
        for operation in operations:
            operation["fields"] = _fields(schema, operation["responses"][200])
        context = {"api": api, "operations": operations, "openapi_url": self.get_openapi_url(api, kwargs)}
        return render(request, "api/docs.html", context)


def _fields(schema: dict[str, Any], answer: dict[str, Any]) -> list[dict[str, str]]:
    """Name, type and meaning of each field of an answer."""
    name = answer["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
    properties = schema["components"]["schemas"][name]["properties"]
    return [
        {"name": field, "type": _type(about), "meaning": about.get("description", "")}
        for field, about in properties.items()
    ]


def _type(about: dict[str, Any]) -> str:
    if "$ref" in about:
        return str(about["$ref"]).rsplit("/", 1)[1]
    if "anyOf" in about:
        return " | ".join(_type(option) for option in about["anyOf"])
    if about.get("type") == "array":
        return f"[{_type(about.get('items', {}))}]"
    return str(about.get("format") or about.get("type", "object"))
