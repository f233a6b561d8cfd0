import uuid

from tomas.core.ids import new_id


def test_ids_are_version_7_and_sort_by_time() -> None:
    ids = [new_id() for _ in range(3)]
    assert all(uuid.UUID(value).version == 7 for value in ids)
    assert all(uuid.UUID(value).variant == uuid.RFC_4122 for value in ids)
    assert len(set(ids)) == 3
    assert [value[:8] for value in ids] == sorted(value[:8] for value in ids)
