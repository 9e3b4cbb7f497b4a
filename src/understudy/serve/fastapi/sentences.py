"""The sentence of each error type, and the error types of what a schema asks for (pydantic 2.14)."""

from collections.abc import Mapping
from types import MappingProxyType

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "missing": "Field required",
        "extra_forbidden": "Extra inputs are not permitted",
        "json_invalid": "JSON decode error",
        "value_error": "Value error, {error}",
        "none_required": "Input should be None",
        "string_type": "Input should be a valid string",
        "string_unicode": "Input should be a valid string, unable to parse raw data as a unicode string",
        "string_too_short": "String should have at least {min_length} character{s}",
        "string_too_long": "String should have at most {max_length} character{s}",
        "string_pattern_mismatch": "String should match pattern '{pattern}'",
        "bool_type": "Input should be a valid boolean",
        "bool_parsing": "Input should be a valid boolean, unable to interpret input",
        "int_type": "Input should be a valid integer",
        "int_parsing": "Input should be a valid integer, unable to parse string as an integer",
        "int_parsing_size": "Unable to parse input string as an integer, exceeded maximum size",
        "int_from_float": "Input should be a valid integer, got a number with a fractional part",
        "float_type": "Input should be a valid number",
        "float_parsing": "Input should be a valid number, unable to parse string as a number",
        "decimal_type": "Decimal input should be an integer, float, string or Decimal object",
        "decimal_parsing": "Input should be a valid decimal",
        "greater_than": "Input should be greater than {gt}",
        "greater_than_equal": "Input should be greater than or equal to {ge}",
        "less_than": "Input should be less than {lt}",
        "less_than_equal": "Input should be less than or equal to {le}",
        "multiple_of": "Input should be a multiple of {multiple_of}",
        "enum": "Input should be {expected}",
        "literal_error": "Input should be {expected}",
        "list_type": "Input should be a valid list",
        "tuple_type": "Input should be a valid tuple",
        "dict_type": "Input should be a valid dictionary",
        "model_attributes_type": "Input should be a valid dictionary or object to extract fields from",
        "too_short": "{field_type} should have at least {min_length} item{s} after validation, "
        "not {actual_length}",
        "too_long": "{field_type} should have at most {max_length} item{s} after validation, "
        "not {actual_length}",
        "uuid_type": "UUID input should be a string, bytes or UUID object",
        "uuid_parsing": "Input should be a valid UUID, {error}",
        "uuid_version": "UUID version {expected_version} expected",
        "datetime_type": "Input should be a valid datetime",
        "datetime_parsing": "Input should be a valid datetime, {error}",
        "datetime_from_date_parsing": "Input should be a valid datetime or date, {error}",
        "timezone_aware": "Input should have timezone info",
        "date_type": "Input should be a valid date",
        "date_from_datetime_parsing": "Input should be a valid date or datetime, {error}",
        "time_type": "Input should be a valid time",
        "time_parsing": "Input should be in a valid time format, {error}",
        "time_delta_type": "Input should be a valid timedelta",
        "time_delta_parsing": "Input should be a valid timedelta, {error}",
        "url_type": "URL input should be a string or URL",
        "url_parsing": "Input should be a valid URL, {error}",
    }
)


BOUNDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "minimum": ("greater_than_equal", "ge"),
        "maximum": ("less_than_equal", "le"),
        "exclusiveMinimum": ("greater_than", "gt"),
        "exclusiveMaximum": ("less_than", "lt"),
        "multipleOf": ("multiple_of", "multiple_of"),
        "minLength": ("string_too_short", "min_length"),
        "maxLength": ("string_too_long", "max_length"),
        "pattern": ("string_pattern_mismatch", "pattern"),
    }
)
TYPES: Mapping[str, str] = MappingProxyType(
    {
        "boolean": "bool_type",
        "integer": "int_type",
        "number": "float_type",
        "array": "list_type",
        "object": "model_attributes_type",
    }
)
