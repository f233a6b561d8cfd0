from tomas_cmbagent.estimate import estimate
from tomas_cmbagent.options import Options


def test_the_calls_counted_in_real_runs_lie_in_the_range() -> None:
    low, high = estimate(Options(max_plan_steps=3), {})["model_calls"]
    assert low <= 30 <= high  # a plan of three steps with one review
    low, high = estimate(Options(mode="one_shot"), {})["model_calls"]
    assert low <= 5 <= high


def test_longer_plans_and_documents_cost_more() -> None:
    short, long = estimate(Options(max_plan_steps=2), {}), estimate(Options(max_plan_steps=8), {})
    assert short["model_calls"][1] < long["model_calls"][1]
    document = {"rfp": [{"name": "a.pdf", "size": 900_000, "text_path": "/a.txt"}], "note": "x" * 400}
    assert estimate(Options(), document)["input_tokens"][0] > estimate(Options(), {})["input_tokens"][0]
    assert all(low <= high for low, high in estimate(Options(), document).values())
