"""curl, with the options that people use it with."""

from __future__ import annotations

from simulator.hosts import files
from simulator.hosts.asked import Asked, Completed
from simulator.hosts.web import ask
from simulator.network.message import WebRequest

_WITH_VALUE = {"-X", "--request", "-H", "--header", "-d", "--data", "-o", "--output", "-A", "-m"}
_WITH_VALUE |= {"--user-agent", "--max-time", "--connect-timeout"}
_CODES = {"EndpointConnectionError": 7, "ConnectTimeoutError": 28, "ReadTimeoutError": 28}
_SAID = {
    7: "Failed to connect to {host} port {port}: Connection refused",
    28: "Connection timed out",
    52: "Empty reply from server",
}


def curl(asked: Asked) -> Completed:
    """GET a URL, or what -X, -H and -d say; the answer's body goes to the output.

    Exit codes are curl's: 7 for a refused connection, 22 for an error with -f, 28 for none at all.
    """
    from botocore.exceptions import BotoCoreError

    given, urls = _read(asked.arguments)
    short = "".join(one[1:] for one in given if one[:1] == "-" and one[:2] != "--")
    if not urls:
        return Completed("", "curl: no URL specified\n", 2)
    url = urls[0] if "://" in urls[0] else f"http://{urls[0]}"
    body = _last(given, "-d", "--data")
    request = WebRequest(
        url,
        "",
        _last(given, "-X", "--request") or ("HEAD" if "I" in short else "POST" if body else "GET"),
        {
            name.strip(): value.strip()
            for text in (*given.get("-H", ()), *given.get("--header", ()))
            for name, _, value in [text.partition(":")]
        },
        body,
        _last(given, "-A", "--user-agent") or "curl/8.5.0",
    )
    try:
        reply = ask(asked.machine, request, asked.hops)
    except BotoCoreError as error:
        code = _CODES.get(type(error).__name__, 52)
        said = _SAID[code].format(host=request.host, port=request.port)
        quiet = "s" in short and "S" not in short
        return Completed("", "" if quiet else f"curl: ({code}) {said}\n", code)
    if reply.status >= 400 and ("f" in short or "--fail" in given):
        said = f"curl: (22) The requested URL returned error: {reply.status}\n"
        return Completed("", said, 22)
    head = "".join(f"{name}: {value}\n" for name, value in reply.headers.items())
    shown = f"HTTP/1.1 {reply.status}\n{head}\n" if set("iI") & set(short) else ""
    out = shown + ("" if request.method == "HEAD" else reply.body)
    target = _last(given, "-o", "--output")
    if target:
        files.write(asked.machine, target, out)
        return Completed()
    return Completed(out)


def _read(arguments: list[str]) -> tuple[dict[str, list[str]], list[str]]:
    """Options with their values, and what is no option: the URLs."""
    given: dict[str, list[str]] = {}
    urls: list[str] = []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if word.startswith("--"):
            name, value = word, rest.pop(0) if word in _WITH_VALUE and rest else ""
        elif word.startswith("-") and len(word) > 1:
            name, value = word, ""
            end = next((at for at, c in enumerate(word) if f"-{c}" in _WITH_VALUE), 0)
            if end:  # -sX PUT, -XPUT
                given.setdefault(word[:end] if end > 1 else "-", [])
                name = f"-{word[end]}"
                value = word[end + 1 :] or (rest.pop(0) if rest else "")
        else:
            urls.append(word)
            continue
        given.setdefault(name, []).append(value)
    return given, urls


def _last(given: dict[str, list[str]], *names: str) -> str:
    return next((given[name][-1] for name in names if given.get(name)), "")
