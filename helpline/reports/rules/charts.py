"""Charts as Vega-Lite descriptions, made of what is published and of words; nothing else.

Rates from zero, each as a short line in its interval; "0 to 4, not distinguished" is a hatched
block of that height, never a gap. Small multiples stand on one scale. Bars in the order of codes,
the rest dashed. The colours are told apart in grey, and by whoever sees fewer of them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from helpline.reports.rules.periods import Grain, Period

Spec = dict[str, Any]
Words = Mapping[str, str]
SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
INK, GREY, LINE = "#17212B", "#5F6B77", "#DFE3E7"
ACCENT, BAND, GREY_BAND = "#0F5B6B", "#CBDDE1", "#D9DDE1"
MOST_PERIODS: Final = 12
ORDER: Final = (
    "category", "severity", "channel", "first_answer_days", "days_to_close", "outcome", "remedy",
    "finding", "accepted",
)  # fmt: skip
"""Of divisions on a page."""
DRAWN: Final = frozenset({"category", "outcome"})
"""Divisions that have a chart beside their table."""
QUARTER = Grain.QUARTER.value
STROKES: Final = 5
"""Of a hatched block."""
CONFIG: Final[Spec] = {
    "font": "sans-serif",
    "background": "white",
    "padding": {"left": 14, "top": 6, "right": 26, "bottom": 6},
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 11, "titleFontSize": 11, "labelColor": GREY, "titleColor": GREY,
        "titleFontWeight": "normal", "domainColor": GREY, "gridColor": LINE, "ticks": False,
        "labelPadding": 6,
    },
    "header": {"labelFontSize": 12, "labelColor": INK, "labelFontWeight": "bold", "title": None},
    "text": {"fontSize": 11, "fill": INK},
}  # fmt: skip


def charts(body: Mapping[str, Any], words: Words) -> Mapping[str, Spec]:
    """name -> description of every chart of a subject. `words`: see `views.words.of_charts`."""
    made: dict[str, Spec] = {}
    points = _points(body)
    if any(one["rate"] is not None for one in points):
        points = [_with_few(one, body["release"]["rules"]["k"]) for one in points]
        made["rates"] = rates(points, words)
    others = [one for one in body.get("beside", ()) if one["points"]]
    if "rates" in made and others:
        made["beside"] = beside(points, others, words)
    for cut in newest(body):
        if cut["attribute"] in DRAWN:
            made[cut["attribute"]] = bars(cut, words)
    return {name: _with_source(spec, body, words) for name, spec in made.items()}


def newest(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The newest division that is said, of each attribute, as a page orders them."""
    found: dict[str, Mapping[str, Any]] = {}
    for cut in body.get("divisions", body.get("sums", ())):
        if cut["whole"] and cut.get("kind") in (None, body["kind"]):
            found.setdefault(cut["attribute"], cut)
    return sorted(found.values(), key=lambda cut: _place(cut["attribute"]))


def _place(attribute: str) -> int:
    return ORDER.index(attribute) if attribute in ORDER else len(ORDER)


def rates(points: Sequence[Mapping[str, Any]], words: Words) -> Spec:
    """Contacts for each 1,000 workers: the newest periods, each with its interval."""
    shown = points[-MOST_PERIODS:]
    x: Spec = {"field": "short", "type": "ordinal", "title": None, "sort": None}
    x["axis"] = {"labelAngle": 0, "domain": True}
    x["scale"] = {"paddingInner": 0.35, "paddingOuter": 0.2}
    y: Spec = {"type": "quantitative", "title": words["per_1000"], "scale": {"zero": True}}
    said = [{"filter": "datum.rate !== null"}]
    layer: list[Spec] = [
        {
            "mark": {"type": "bar", "color": BAND},
            "transform": said,
            "encoding": {"y": {**y, "field": "low"}, "y2": {"field": "high"}},
        },
        {
            "mark": {"type": "tick", "color": ACCENT, "thickness": 3, "bandSize": 26},
            "transform": said,
            "encoding": {"y": {**y, "field": "rate"}},
        },
        {
            "mark": {"type": "text", "dy": -9, "fontWeight": "bold", "fill": ACCENT},
            "transform": said,
            "encoding": {"y": {**y, "field": "rate"}, "text": {"field": "label"}},
        },
    ]
    if any(one["few"] for one in shown):
        layer += _hatched(y, words)
    inner: Spec = {
        "height": 200,
        "layer": [{**one, "encoding": {"x": x, **one["encoding"]}} for one in layer],
    }
    data: Spec = {"values": [_row(one) for one in shown]}
    if any(one["grain"] == QUARTER for one in shown):
        inner["width"] = {"step": 42}
        years: Spec = {"field": "year", "type": "ordinal", "title": None}
        years["header"] = {"labelOrient": "bottom", "labelPadding": 4}
        faceted: Spec = {"facet": {"column": years}, "spec": inner, "data": data, "spacing": 8}
        return {**faceted, "resolve": {"scale": {"x": "independent"}}}
    return {**inner, "width": {"step": 64}, "data": data}


def beside(
    points: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]], words: Words
) -> Spec:
    """Small multiples on one scale: the factory, then where it lies."""
    first = points[0]["period"]
    values = [_in_panel(words["own"], one) for one in points]
    names = [words["own"]]
    for other in others:
        name = words.get(f"{other['kind']} {other['code']}", other["code"])
        names.append(name)
        values += [
            _in_panel(name, one) for one in reversed(other["points"]) if one["period"] >= first
        ]
    column = {"field": "who", "type": "nominal", "sort": names, "title": None}
    return {
        "data": {"values": values},
        "facet": {"column": {**column, "header": {"labelAnchor": "start"}}},
        "spec": {"width": 170, "height": 120, "layer": _panel(values, words)},
        "spacing": 18,
    }


def _panel(values: Sequence[Mapping[str, Any]], words: Words) -> list[Spec]:
    """The layers of each small multiple: the band, what is few, the line."""
    periods = sorted({one["period"] for one in values})
    years = "indexof(datum.label, '-Q') < 0 || indexof(datum.label, '-Q1') > 0"
    x: Spec = {"field": "period", "type": "ordinal", "title": None}
    x["scale"] = {"domain": periods}
    x["axis"] = {"labelAngle": 0, "labelExpr": f"{years} ? substring(datum.label, 0, 4) : ''"}
    y: Spec = {"type": "quantitative", "scale": {"zero": True}}
    mine = {"test": f"datum.who === {_quoted(words['own'])}"}
    colour = {"condition": {**mine, "value": ACCENT}, "value": GREY}
    soft = {"condition": {**mine, "value": BAND}, "value": GREY_BAND}
    rate = {**y, "field": "rate", "title": words["per_1000"]}
    band: Spec = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": soft}
    return [
        {"mark": {"type": "area"}, "encoding": band},
        {"mark": {"type": "rule", "strokeWidth": 2}, "encoding": band},
        {
            "mark": {"type": "bar", "fill": "white", "stroke": GREY, "strokeDash": [2, 2]},
            "transform": [{"filter": "isValid(datum.few)"}],
            "encoding": {"x": x, "y": {**y, "field": "few"}},
        },
        {"mark": {"type": "line"}, "encoding": {"x": x, "y": rate, "color": colour}},
        {
            "mark": {"type": "point", "filled": True, "size": 22},
            "encoding": {"x": x, "y": rate, "color": colour},
        },
    ]


def bars(cut: Mapping[str, Any], words: Words) -> Spec:
    """Shares of a division, with their intervals where there are any."""
    shown = [share for share in cut["shares"] if share["value"] is not None]
    values = [_bar(cut["attribute"], share, words) for share in shown]
    y = {"field": "name", "type": "nominal", "sort": None, "title": None}
    y_axis = {**y, "axis": {"domain": False, "labelLimit": 260, "labelColor": INK}}
    x = {"type": "quantitative", "title": None, "scale": {"domain": [0, 100]}}
    x_axis = {**x, "axis": {"values": [0, 25, 50, 75, 100], "labelExpr": "datum.value + ' %'"}}
    rest = {"test": "datum.rest"}
    dashed: Spec = {"condition": {**rest, "value": [3, 2]}, "value": [1, 0]}
    layer: list[Spec] = [
        {
            "mark": {"type": "bar", "height": 14, "stroke": GREY, "strokeWidth": 1},
            "encoding": {
                "x": {**x_axis, "field": "percent"},
                "color": {"condition": {**rest, "value": "white"}, "value": "#9DBEC5"},
                "strokeDash": dashed,
            },
        },
        {
            "mark": {"type": "rule", "color": INK, "strokeWidth": 1.5},
            "transform": [{"filter": "isValid(datum.low)"}],
            "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}},
        },
        {
            "mark": {"type": "text", "align": "left"},
            "encoding": {"x": {"value": 292}, "text": {"field": "label"}},
        },
    ]
    return {
        "data": {"values": values},
        "width": 280,
        "height": {"step": 30},
        "layer": [{**one, "encoding": {"y": y_axis, **one["encoding"]}} for one in layer],
    }


def _points(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is drawn of a subject's own periods, the oldest first; `short` stands at the axis."""
    if "totals" in body:
        found = [one | {"workers": 0} for one in body["totals"] if one["grain"] == QUARTER]
    else:
        workers = {(one["unit"], one["year"]): one["workers"] for one in body["spoken"]}
        found = [
            one | {"workers": workers[one["unit"], Period.named(one["period"]).last_year]}
            for one in body["numbers"]
            if one["grain"] == body["shown_in"] and one["kind"] == body["kind"]
        ]
    return [one | _axis(one["period"], one["grain"]) for one in reversed(found)]


def _axis(period: str, grain: str) -> dict[str, str]:
    year, _, quarter = period.partition("-")
    return {"year": year, "short": quarter if grain == QUARTER else period}


def _with_few(one: Mapping[str, Any], k: int) -> dict[str, Any]:
    """A point with the height of its block, if it is one of few."""
    hidden = one["rate"] is None and one["workers"]
    return {**one, "few": round(1000 * (k - 1) / one["workers"], 1) if hidden else None}


def _row(one: Mapping[str, Any]) -> dict[str, Any]:
    low, high = one["interval"] or (None, None)
    kept = {key: one[key] for key in ("period", "year", "short", "rate", "few")}
    return {**kept, "low": low, "high": high, "label": str(one["rate"])}


def _hatched(y: Spec, words: Words) -> list[Spec]:
    """A frame, strokes across it, and what it stands for."""
    hidden: list[Spec] = [{"filter": "isValid(datum.few)"}]
    frame = {"type": "bar", "fill": "white", "stroke": GREY, "strokeWidth": 1}
    strokes: list[Spec] = [
        {
            "mark": {"type": "tick", "color": GREY, "thickness": 1, "bandSize": 26},
            "transform": [*hidden, {"calculate": f"datum.few * {n} / {STROKES}", "as": "at"}],
            "encoding": {"y": {**y, "field": "at"}},
        }
        for n in range(1, STROKES)
    ]
    text = {"type": "text", "dy": -8}
    return [
        {"mark": frame, "transform": hidden, "encoding": {"y": {**y, "field": "few"}}},
        *strokes,
        {
            "mark": text,
            "transform": hidden,
            "encoding": {"y": {**y, "field": "few"}, "text": {"value": words["few"]}},
        },
    ]


def _in_panel(who: str, one: Mapping[str, Any]) -> dict[str, Any]:
    low, high = one["interval"] or (None, None)
    said = {"period": one["period"], "rate": one["rate"], "few": one.get("few")}
    return {"who": who, **said, "low": low, "high": high}


def _bar(attribute: str, share: Mapping[str, Any], words: Words) -> dict[str, Any]:
    code = share["code"]
    low, high = share.get("interval") or (None, None)
    name = words.get(f"{attribute} {code}", code)
    told = f"{share['value']} · {share['percent']} %"
    return {
        "name": name,
        "percent": share["percent"],
        "low": low,
        "high": high,
        "rest": not code,
        "label": told if low is None else f"{told} ({low}–{high})",
    }


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _with_source(spec: Spec, body: Mapping[str, Any], words: Words) -> Spec:
    source = {"read": words["read"], "release": body["release"]["number"], "of": body["code"]}
    return {"$schema": SCHEMA, **spec, "config": CONFIG, "usermeta": source}
