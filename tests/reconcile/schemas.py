"""What the Reconciliation Service API 0.2 asks of each message, as JSON Schemas of our own.

Made from the specification's text and stricter than it where clients need more than it asks:
whole addresses, a type for each candidate, no field that the specification does not know.
"""

from __future__ import annotations

from typing import Any, Final

Schema = dict[str, Any]
_TEXT: Final = {"type": "string", "minLength": 1}
_ADDRESS: Final = {"type": "string", "pattern": "^https?://[^ ]+$"}
_TEMPLATE: Final = {"type": "string", "pattern": r"^https?://[^ ]*\{\{id\}\}"}


def _object(required: Schema, optional: Schema | None = None) -> Schema:
    """Return the schema of an object that has these fields and no other."""
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: Schema, least: int = 0) -> Schema:
    return {"type": "array", "items": items, "minItems": least}


def _map(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


_NAMED: Final = _object({"id": _TEXT, "name": _TEXT})
_SUGGEST: Final = _object(
    {"service_url": _ADDRESS, "service_path": {"type": "string", "pattern": "^/"}},
    {
        "flyout_service_url": _ADDRESS,
        "flyout_service_path": {"type": "string", "pattern": r"^/.*\$\{id\}"},
    },
)
MANIFEST: Final = _object(
    {
        "versions": {**_list(_TEXT), "contains": {"const": "0.2"}},
        "name": _TEXT,
        "identifierSpace": _ADDRESS,
        "schemaSpace": _ADDRESS,
        "view": _object({"url": _TEMPLATE}),
        "defaultTypes": {**_list(_NAMED, 1), "uniqueItems": True},
        "batchSize": {"type": "integer", "minimum": 1},
    },
    {
        "documentation": _ADDRESS,
        "logo": _ADDRESS,
        "serviceVersion": _TEXT,
        "suggest": _object({"entity": _SUGGEST, "type": _SUGGEST, "property": _SUGGEST}),
        "preview": _object(
            {
                "url": _TEMPLATE,
                "width": {"type": "integer", "minimum": 1},
                "height": {"type": "integer", "minimum": 1},
            }
        ),
        "extend": _object(
            {
                "propose_properties": _SUGGEST,
                "property_settings": _list(
                    _object(
                        {
                            "type": {"enum": ["number", "text", "checkbox", "select"]},
                            "name": _TEXT,
                            "label": _TEXT,
                        },
                        {"default": {}, "help_text": _TEXT, "choices": _list(_NAMED)},
                    )
                ),
            }
        ),
    },
)
_FEATURE: Final = _object({"id": _TEXT, "value": {"type": ["number", "boolean"]}})
_CANDIDATE: Final = _object(
    {
        "id": _TEXT,
        "name": _TEXT,
        "type": _list(_NAMED, 1),
        "score": {"type": "number", "minimum": 0, "maximum": 100},
        "match": {"type": "boolean"},
    },
    {"description": _TEXT, "features": _list(_FEATURE)},
)
RESULT: Final = _object({"result": _list(_CANDIDATE)})
RESULTS: Final = _map(RESULT)
SUGGESTED: Final = {
    "entity": _object(
        {
            "result": _list(
                _object(
                    {"id": _TEXT, "name": _TEXT}, {"description": _TEXT, "notable": _list(_NAMED)}
                )
            )
        }
    ),
    "type": _object({"result": _list(_object({"id": _TEXT, "name": _TEXT, "description": _TEXT}))}),
    "property": _object(
        {"result": _list(_object({"id": _TEXT, "name": _TEXT, "description": _TEXT}))}
    ),
}
FLYOUT: Final = _object({"id": _TEXT, "html": _TEXT})
PROPOSED: Final = _object(
    {"properties": _list(_NAMED), "type": {"type": "string"}}, {"limit": {"type": "integer"}}
)
_DATE: Final = {
    "type": "string",
    "pattern": r"^-?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})$",
}
_VALUE: Final = {
    "oneOf": [
        _object({"id": _TEXT, "name": _TEXT}),
        _object({"str": {"type": "string"}}),
        _object({"int": {"type": "integer"}}),
        _object({"float": {"type": "number"}}),
        _object({"date": _DATE}),
    ]
}
EXTENSION: Final = _object(
    {
        "meta": _list(_object({"id": _TEXT, "name": _TEXT}, {"type": _NAMED})),
        "rows": _map(_map(_list(_VALUE))),
    }
)
