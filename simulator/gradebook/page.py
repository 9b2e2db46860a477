"""A page that stands alone: no script, nothing from elsewhere, light or dark, on a phone or on paper."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from simulator.gradebook.plain import plain, short
from simulator.widgets.markup import STYLE

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{title}</title><style>
:root{{color-scheme:light dark;--jp-layout-color1:#fff;--jp-error-color1:#c62828;--jp-success-color1:#2e7d32;
--jp-brand-color1:#1565c0;--jp-warn-color1:#b85c00;--line:rgba(128,128,128,.35)}}
@media(prefers-color-scheme:dark){{:root{{--jp-layout-color1:#1b1b1b;--jp-error-color1:#ff7b72;
--jp-success-color1:#6fce77;--jp-brand-color1:#6cb6ff;--jp-warn-color1:#ffae57}}body{{color:#e3e3e3}}}}
body{{margin:1.5em auto;padding:0 1em;max-width:60em;background:var(--jp-layout-color1);
font:15px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif;overflow-wrap:break-word}}
a{{color:var(--jp-brand-color1)}}code,pre{{font-size:90%}}code{{overflow-wrap:anywhere}}
pre{{white-space:pre-wrap;overflow-wrap:anywhere;border-left:3px solid var(--line);padding:.1em .9em;margin:.4em 0;
max-height:24em;overflow:auto}}
h1{{font-size:1.6em;margin:.2em 0}}h2{{font-size:1.3em;margin:1.8em 0 .3em}}h3{{font-size:1.05em;margin:1.4em 0 .3em}}
table.list{{border-collapse:collapse;width:100%}}
table.list th,table.list td{{text-align:left;padding:.3em .6em;vertical-align:top;border-bottom:1px solid var(--line);overflow-wrap:anywhere;min-width:4em}}table.list td:first-child{{min-width:7em}}
table.list th{{font-size:88%;opacity:.8}}
.drill.drill table.list .number{{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}}
.drill.drill table.list th.number{{white-space:normal}}.drill.drill table.list .share{{width:9em}}.scroll{{overflow-x:auto}}.small{{font-size:90%;opacity:.8}}
.tiles{{display:grid;grid-template-columns:repeat(auto-fit,minmax(7em,1fr));gap:.6em;margin:1em 0}}
.tile{{border:1px solid var(--line);border-radius:.5em;padding:.4em .7em;line-height:1.3}}
.tile b{{display:block;font-size:1.5em;line-height:1.25}}
.charts{{display:flex;flex-wrap:wrap;gap:1em 2em}}.charts figure{{margin:.4em 0;flex:1 1 300px;max-width:400px}}
.charts svg{{width:100%}}figcaption{{font-weight:bold}}
.meter{{height:.5em;background:rgba(128,128,128,.3);border-radius:.25em;overflow:hidden;margin-top:.5em}}
.meter div{{height:100%;background:var(--jp-brand-color1)}}
details{{margin:.3em 0 .8em}}td details{{margin:.1em 0}}p:has(+details){{margin-bottom:0}}summary{{cursor:pointer}}
.badge{{border:1px solid currentColor;border-radius:1em;padding:0 .55em;font-size:82%;white-space:nowrap}}
.strong,.stopped,.timed_out,.not_run,.error{{color:var(--jp-error-color1)}}.medium{{color:var(--jp-warn-color1)}}
@media(max-width:34em){{body{{padding:0 .7em}}table.list th,table.list td{{padding:.3em .35em}}
.drill.drill table.list .share{{width:5em}}}}
@media print{{details>*{{display:block}}pre{{max-height:none}}}}
</style>{style}</head><body><div class="drill">
{body}
</div></body></html>
"""


def page(title: str, body: Iterable[str]) -> str:
    """A whole page. `title` is a text, `body` HTML."""
    inside = "\n".join(filter(None, body))
    return _PAGE.format(title=text(title), body=inside, style=STYLE)


def text(said: object) -> str:
    """A stranger's text as HTML, in one line."""
    return escape(plain(said))


def named(who: object) -> str:
    """A name as HTML. It may be written from right to left; what stands around it isn't."""
    return f"<bdi>{text(short(who))}</bdi>"


def rows(head: Iterable[str], body: Iterable[Iterable[str]], numbers: Iterable[int] = ()) -> str:
    """A table. Its cells are HTML; `numbers` are the places of columns that stand on the right."""
    right = set(numbers)
    told = "".join(_row("td", each, right) for each in body)
    return (
        f'<div class="scroll"><table class="list"><thead>{_row("th", head, right)}</thead>'
        f"<tbody>{told}</tbody></table></div>"
    )


def _row(tag: str, cells: Iterable[str], right: set[int]) -> str:
    told = "".join(
        f'<{tag} class="number">{each}</{tag}>' if place in right else f"<{tag}>{each}</{tag}>"
        for place, each in enumerate(cells)
    )
    return f"<tr>{told}</tr>"


def meter(share: float) -> str:
    """A bar that is full at 1."""
    percent = round(100 * min(1.0, max(0.0, share)))
    return f'<div class="meter share"><div style="width:{percent}%"></div></div>'


def folded(title: str, inside: str) -> str:
    """HTML that opens when its title, HTML as well, is pressed."""
    return f"<details><summary>{title}</summary>{inside}</details>"
