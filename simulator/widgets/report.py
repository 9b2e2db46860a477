"""The after-action report: Markdown that prints as text, shows as HTML, and is saved as both."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from simulator.widgets import chronicle, radius, reaching, timeline, worked
from simulator.widgets.markup import STYLE, markdown
from simulator.widgets.postmortem import postmortem
from simulator.widgets.results import Results
from simulator.widgets.svg import alone
from simulator.widgets.words import full
from simulator.widgets.worked import plain

_MORE_STYLE = """<style>
.drill details{margin:.2em 0 1em}.drill summary{cursor:pointer;opacity:.8}
.drill .scroll{overflow-x:auto}
.drill table.worked td.tick{text-align:center}
</style>"""
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
:root{{color-scheme:light dark;--jp-layout-color1:#fff;--jp-error-color1:#c62828;--jp-success-color1:#2e7d32;
--jp-brand-color1:#1565c0;--jp-warn-color1:#b85c00}}
@media(prefers-color-scheme:dark){{:root{{--jp-layout-color1:#1b1b1b;--jp-error-color1:#ff7b72;
--jp-success-color1:#6fce77;--jp-brand-color1:#6cb6ff;--jp-warn-color1:#ffae57}}body{{color:#e3e3e3}}}}
body{{margin:1.5em auto;padding:0 1em;max-width:60em;background:var(--jp-layout-color1);
font:15px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif}}
code{{font-size:90%;overflow-wrap:anywhere}}
table{{border-collapse:collapse}}th,td{{text-align:left;padding:.25em .6em;vertical-align:top;
border-bottom:1px solid rgba(128,128,128,.35)}}
@media print{{details>*{{display:block}}}}
</style></head><body>
{body}
</body></html>
"""


class Report:
    """Where the case stands and how it got there. `data` is all of it; `results` the verdicts."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data, self.results = data, Results(data["check"])
        self.saved: tuple[Path, ...] = ()
        """The files that `save` wrote."""

    @property
    def pictures(self) -> dict[str, str]:
        """The pictures as SVG: timeline, before (if it is known, and another) and now."""
        before, now = self.data["reach"]
        drawn = {"timeline": timeline.picture(self.data)}
        if before not in (None, now):
            drawn["before"] = radius.picture(before, now, of_now=False)
        return drawn | {"now": radius.picture(before, now, of_now=True)}

    def __str__(self) -> str:
        return self._markdown({})

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f'{STYLE}{_MORE_STYLE}<div class="drill page">{self._html()}</div>'

    def save(self, to: str | Path) -> tuple[Path, ...]:
        """Write `to`.html and `to`.md with its pictures beside; into a folder, as report.….

        Files of these names are replaced.
        """
        stem = _stem(to)
        stem.parent.mkdir(parents=True, exist_ok=True)
        names = {name: f"{stem.name}-{name}.svg" for name in self.pictures}
        page = _PAGE.format(title=escape(self.data["title"]), body=self._repr_html_())
        texts = {f"{stem.name}.html": page, f"{stem.name}.md": self._markdown(names) + "\n"}
        texts |= {names[name]: alone(drawn) + "\n" for name, drawn in self.pictures.items()}
        for name, text in texts.items():
            (stem.parent / name).write_text(text, encoding="utf-8")
        self.saved = tuple(stem.parent / name for name in texts)
        return self.saved

    def _markdown(self, names: dict[str, str]) -> str:
        """All of it; `names` are those of the pictures' files, if there are any."""
        shown = {name: f"![{_ALT[name]}]({file})" for name, file in names.items()}
        rows = reaching.rows_of(*self.data["reach"])
        lines = ["| who | reaches | at your arrival | now |", "|---|---|---|---|"]
        lines += [f"| {' | '.join(map(plain, row))} |" for row in rows]
        parts = [
            self._head(),
            "### Timeline",
            shown.get("timeline", "The post-mortem below has it as a table."),
            "### Blast radius",
            self._radius(),
            shown.get("before", ""),
            shown.get("now", ""),
            "\n".join(lines) if rows else "",
            "### What still worked when",
            worked.text(self.data["worked"]),
            "### Verdicts",
            f"```text\n{self.results}\n```",
            self._spent(),
            postmortem(self.data),
        ]
        return "\n\n".join(filter(None, parts))

    def _html(self) -> str:
        data, drawn = self.data, self.pictures
        before, now = data["reach"]
        parts = [
            markdown(self._head()),
            "<h3>Timeline</h3>",
            drawn["timeline"],
            _folded("The timeline as a table", chronicle.table(data)),
            "<h3>Blast radius</h3>",
            markdown(self._radius()),
            f"<p><b>When you arrived</b></p>{drawn['before']}" if "before" in drawn else "",
            f"<p><b>{'Now' if before != now else 'When you arrived, and now'}</b></p>{drawn['now']}",
            _folded("The blast radius as a table", reaching.table(before, now)),
            "<h3>What still worked when</h3>",
            f"<div class='scroll'>{worked.html(data['worked'])}</div>",
            "<h3>Verdicts</h3>",
            self.results.as_table(),
            markdown(self._spent()),
            markdown(postmortem(data)),
        ]
        return "".join(parts)

    def _head(self) -> str:
        data, known = self.data, self.data["times"]
        solved = "**Solved.**" if self.results.solved else "**Not solved yet.**"
        began = f"The attack began {full(known['attack'])}, you" if known["attack"] else "You"
        findings = "\n".join(
            f"- `{name}`: {_listed(data['submitted'].get(name))}" for name in data["findings"]
        )
        saved = ", ".join(f"`{path}`" for path in self.saved)
        parts = [
            f"## Report: {plain(data['title'])}",
            f"Account `{data['account_id']}` in {data['region']}, severity {data['severity']}. "
            f"{began} arrived {full(known['arrived'])}, it is now "
            f"{full(known['now'])} UTC. {solved} {self.results.total}.",
            f"Saved as {saved}." if saved else "",
            f"You submitted:\n\n{findings}" if findings else "",
        ]
        return "\n\n".join(filter(None, parts))

    def _radius(self) -> str:
        before, now = self.data["reach"]
        then = f"When you arrived: {plain(reaching.summary(before))}. " if before else ""
        named = "" if self.data["detected"] else " Names appear once your DETECT checks hold."
        return (
            f"{then}**Now: {plain(reaching.summary(now))}.**{named} Each right was asked of the "
            "account itself, with the adversary's own credentials from its own addresses."
        )

    def _spent(self) -> str:
        taken = {name: count for name, count in self.data["hints"].items() if count}
        if not taken:
            return "Hints taken: none."
        return f"Hints taken: {', '.join(f'`{name}` {count}' for name, count in taken.items())}."


_ALT = {
    "timeline": "The adversary, you and the company on one time axis",
    "before": "What the adversary reached when you arrived",
    "now": "What the adversary reaches now",
}


def _stem(to: str | Path) -> Path:
    """Where files go, without their endings: a folder that is there, or ends in a slash, holds them."""
    path = Path(to)
    if path.is_dir() or str(to).endswith(("/", "\\")):
        return path / "report"
    return path.with_suffix("") if path.suffix in {".html", ".md"} else path


def _folded(title: str, inside: str) -> str:
    return f"<details><summary>{escape(title)}</summary>{inside}</details>"


def _listed(value: Any, most: int = 4) -> str:
    values = [value] if isinstance(value, str) else list(value or [])
    shown = ", ".join(f"`{each}`" for each in values[:most] if each)
    more = f" and {len(values) - most} more" if len(values) > most else ""
    return f"{shown}{more}" if shown else "nothing yet"
