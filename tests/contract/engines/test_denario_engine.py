"""The real Denario behind the wire, with a scripted model: every stage, both backends, what it says of a fault."""

from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.engines import denario_model
from tests.contract.engines.cmbagent_harness import TOKEN, Model
from tests.contract.engines.denario_harness import Denario, denario, outputs, stages

pytestmark = pytest.mark.engine("denario")


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncGenerator[Denario]:
    async with denario(tmp_path) as engine:
        yield engine


@pytest.fixture
def model() -> Iterator[Callable[..., Model]]:
    made: list[Model] = []

    def make(answer: Callable[..., Any] = denario_model.answer) -> Model:
        made.append(Model(answer))
        return made[-1]

    yield make
    for model in made:
        model.close()


async def test_from_a_table_to_a_paper(engine: Denario, model: Any) -> None:
    model, workspace = model(), engine.workspace()
    run = await engine.run(model, workspace)
    assert run.done is not None
    assert run.done.error is None
    print(stages(run), outputs(workspace))
