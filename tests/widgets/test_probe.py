"""The page that `lab.probe` shows."""

from xml.etree import ElementTree

from simulator.widgets.probe import Probe


def hop(leg: str, what: str, name: str, passed: bool = True, why: str = "It passes.") -> dict:
    return {"leg": leg, "what": what, "id": name, "rule": "100", "passed": passed, "why": why}


STOPPED = {
    "source": "internet",
    "destination": "i-1",
    "port": 22,
    "protocol": "tcp",
    "reached": "",
    "delivered": False,
    "answered": False,
    "why": "No rule <lets> it in.",
    "hops": [
        hop("request", "internet gateway", "igw-1"),
        hop("request", "security group", "sg-1", False, "No rule <lets> it in."),
    ],
}


def test_as_text_it_is_a_line_a_hop_and_a_sentence():
    text = repr(Probe(STOPPED))
    assert text.splitlines() == [
        "tcp from internet to i-1 port 22 is stopped.",
        "  ✓ request: It passes.",
        "  ✗ request: No rule <lets> it in.",
        "No rule <lets> it in.",
    ]


def test_as_a_frame_it_has_a_row_a_hop():
    frame = Probe(STOPPED).frame()
    assert list(frame.columns) == ["leg", "what", "id", "rule", "passed", "why"]
    assert frame[~frame.passed].id.tolist() == ["sg-1"]


def test_the_picture_shows_every_hop_and_the_stop_in_red():
    many = {
        **STOPPED,
        "hops": [*STOPPED["hops"], *(hop("answer", "x", f"y-{n}") for n in range(12))],
    }
    picture = ElementTree.fromstring(Probe(many).picture())
    space = "{http://www.w3.org/2000/svg}"
    boxes = picture.findall(f".//{space}rect")
    assert len(boxes) == 14
    assert [("error" in box.attrib["stroke"]) for box in boxes].count(True) == 1
    bottom = float(picture.attrib["viewBox"].split()[3])
    assert all(float(box.attrib["y"]) + float(box.attrib["height"]) <= bottom for box in boxes)


def test_what_it_shows_is_text_and_no_html():
    html = Probe(STOPPED)._repr_html_()
    assert "&lt;lets&gt;" in html
    assert "<lets>" not in html


def test_the_headline_says_how_far_it_got():
    there = Probe({**STOPPED, "delivered": True})
    back = Probe({**STOPPED, "delivered": True, "answered": True, "protocol": "icmp"})
    assert "its answer doesn't get back" in repr(there)
    assert repr(back).startswith("icmp from internet to i-1 gets there and back.")
