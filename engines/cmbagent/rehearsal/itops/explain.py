"""Folds what only follows from a stronger finding into it: without the stronger one's tickets, it is gone."""

import numpy as np
from measure import rank_trend
from scipy import stats
from service import breaches

DAY = np.timedelta64(1, "D")
LEFT = 0.5  # of what stood out must stay without the stronger finding's tickets
SURE = 0.003  # chance above which what is left is no finding


def without_followers(table, ordered):
    """Return the findings, the strongest first, without those another one explains; these are told with it."""
    frame = table.frame.set_index("id", drop=False)
    late = breaches(table)
    frame["late"] = late[0].astype("Float64").to_numpy(float, na_value=np.nan) if late else np.nan
    kept = []
    for finding in ordered:
        reason = next((k for k in kept if _explains(frame, table.dims, k, finding)), None)
        if reason is None:
            kept.append(finding)
        elif len(reason.merged) < 4:
            reason.merged.append(finding)
    return kept


def _explains(frame, dims, strong, weak):
    if strong.where == weak.where or not weak.figures:
        return False
    if len(weak.where) == 2 and "ratio" in weak.figures:
        if strong.kind not in {"text", "rhythm", "concentration"} or (len(strong.where) == 1 and strong.kind != "text"):
            return False
        return _pair(frame[~frame["id"].isin(set(strong.ids))], dims, weak)
    if strong.kind not in {"resolution_trend", "sla"} or len(strong.where) != 1 or len(weak.where) > 1:
        return False
    label, value = next(iter(strong.where.items()))
    left = frame[frame[dims[label]] != value]
    mine = _has(left, dims, *next(iter(weak.where.items()))) if weak.where else np.ones(len(left), dtype=bool)
    if weak.kind == "resolution_trend" and strong.kind == "resolution_trend":
        return (_trend if "rho" in weak.figures else _slow)(left, mine, weak)
    return weak.kind == strong.kind == "sla" and _late(left, mine, weak)


def _has(frame, dims, label, value):
    if label == "weekday":
        return (frame["opened"].dt.day_name() == value).to_numpy()
    if label == "hour":
        return (frame["opened"].dt.hour // 3 * 3 == int(value[:2])).to_numpy()
    return (frame[dims[label]].astype(str) == value).to_numpy()


def _pair(left, dims, weak):
    if any(label not in dims and label not in {"weekday", "hour"} for label in weak.where):
        return False
    first, second = (_has(left, dims, *item) for item in weak.where.items())
    expected = first.sum() * second.sum() / max(len(left), 1)
    both = (first & second).sum()
    chance = stats.hypergeom.sf(both - 1, len(left), first.sum(), second.sum())
    return chance > SURE or both - expected <= LEFT * (weak.figures["ratio"] - 1) * expected


def _trend(left, mine, weak):
    part = left[mine & (left["hours"].notna() & left["opened"].notna()).to_numpy()]
    rho, chance = rank_trend((part["opened"] - part["opened"].min()).to_numpy() / DAY, part["hours"].to_numpy())
    return chance > SURE or rho * np.sign(weak.figures["rho"]) < LEFT * abs(weak.figures["rho"])


def _slow(left, mine, weak):
    one, other = left.loc[mine, "hours"].median(), left.loc[~mine, "hours"].median()
    return not one - other > LEFT * (weak.figures["ratio"] - 1) * other


def _late(left, mine, weak):
    more = left.loc[mine, "late"].mean() - left.loc[~mine, "late"].mean()
    return not more > LEFT * (weak.figures["share"] - weak.figures["others_share"])
