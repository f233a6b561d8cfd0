from tomas.core.errors import Invalid, SessionNotFound, TomasError


def _all(kind: type[TomasError]) -> list[type[TomasError]]:
    return [kind, *(sub for child in kind.__subclasses__() for sub in _all(child))]


def test_every_error_has_a_sentence_for_its_title() -> None:
    for kind in _all(TomasError):
        assert kind.__doc__, kind
        assert kind.__doc__.splitlines()[0].endswith("."), kind


def test_the_code_is_the_name_in_kebab_case() -> None:
    assert SessionNotFound("x").code == "session-not-found"
    assert SessionNotFound("x").status == 404


def test_an_invalid_request_names_its_fields() -> None:
    assert Invalid("no", [("task", "is empty")]).fields == (("task", "is empty"),)
