"""The OpenAPI document against the server that claims to follow it: no request makes it fail."""

from collections.abc import Callable

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error

from tests.e2e.conftest import Server

pytestmark = pytest.mark.xdist_group("schema")


@pytest.fixture(scope="module")
def document(make_server: Callable[..., Server]) -> schemathesis.BaseSchema:
    server = make_server(MAX_UPLOAD_MB="1")
    return schemathesis.openapi.from_url(f"{server.url}/api/openapi.json")


def test_no_request_makes_the_server_fail(document: schemathesis.BaseSchema) -> None:
    """Valid and hostile requests to every operation; streams are left to their own tests, they may last."""
    tried = 0
    for result in document.get_all_operations():
        operation = result.ok()
        if operation.path.endswith("stream"):
            continue
        tried += 1
        _fuzz(operation, schemathesis.GenerationMode.POSITIVE)
        if operation.body or operation.query:  # without either, nothing can be wrong
            _fuzz(operation, schemathesis.GenerationMode.NEGATIVE)
    assert tried > 25


def _fuzz(operation: schemathesis.APIOperation, mode: schemathesis.GenerationMode) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(case: schemathesis.Case) -> None:
        if case.body and isinstance(case.body, dict) and case.body.get("stream"):
            case.body = case.body | {"stream": False}
        case.call_and_validate(checks=[not_a_server_error], timeout=30)

    check()
