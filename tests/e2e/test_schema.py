"""The OpenAPI document against the server that claims to follow it: no request makes it fail."""

from collections.abc import Callable

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error

from tests.e2e.conftest import Server

pytestmark = pytest.mark.xdist_group("schema")


@pytest.fixture(scope="module")
def document(make_server: Callable[..., Server]) -> schemathesis.BaseSchema:
    server = make_server(MAX_UPLOAD_MB="1")
    return schemathesis.openapi.from_url(f"{server.url}/api/openapi.json")


schema = schemathesis.pytest.from_fixture("document")


@schema.exclude(path_regex="stream$").parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_no_request_makes_the_server_fail(case: schemathesis.Case) -> None:
    case.call_and_validate(checks=[not_a_server_error], timeout=30)
