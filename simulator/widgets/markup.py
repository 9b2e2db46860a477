"""HTML in the colours of the notebook around it, light or dark."""

from __future__ import annotations

from html import escape

STYLE = """<style>
.drill{max-width:58em;line-height:1.5}
.drill.drill th,.drill.drill td{text-align:left}
.drill table.checks{border-collapse:collapse;width:100%;margin:.3em 0 .6em;font-size:inherit;table-layout:auto}
.drill table.checks tr{background:none!important}
.drill table.checks th,.drill table.checks td{text-align:left;padding:.35em .6em;vertical-align:top;
  white-space:normal;border:0;border-bottom:1px solid rgba(128,128,128,.3);max-width:none}
.drill tr.phase th{text-transform:uppercase;letter-spacing:.07em;font-size:82%;padding-top:1em;opacity:.8}
.drill table.checks td.mark{width:1.2em;font-weight:bold;text-align:center}
.drill table.checks .worth{width:3.5em;text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.drill .passed .mark{color:var(--jp-success-color1,#388e3c)}
.drill .failed .mark,.drill .error .mark{color:var(--jp-error-color1,#e53935)}
.drill .not_attempted td{opacity:.7}
.drill .good{color:var(--jp-success-color1,#388e3c);white-space:nowrap}
.drill .bad{color:var(--jp-error-color1,#e53935);white-space:nowrap;font-weight:bold}
.drill table.sum td:nth-child(2){opacity:.8}
.drill table.sum td:first-child{white-space:nowrap}
.drill .times{margin:.3em 0 .6em}
.drill .reason{font-size:94%;opacity:.8;margin-top:.1em}
.drill .bar{height:.45em;background:rgba(128,128,128,.3);border-radius:.25em;overflow:hidden}
.drill .bar div{height:100%;background:var(--jp-success-color1,#388e3c)}
.drill .total{font-weight:bold;margin-top:.35em}
.drill.hint,.drill.note{border-left:3px solid var(--jp-brand-color1,#1976d2);padding:.1em .9em}
.drill.hint p,.drill.note p{margin:.3em 0}
.drill blockquote{border-left:3px solid rgba(128,128,128,.5);margin:1em 0;padding:.1em .9em;opacity:.9}
</style>"""


def markdown(text: str) -> str:
    """HTML of a text in Markdown. Raw HTML in it is shown, not obeyed.

    Without markdown-it-py the text stands as it is.
    """
    try:
        from markdown_it import MarkdownIt
    except ImportError:
        return f'<pre style="white-space:pre-wrap">{escape(text)}</pre>'
    html: str = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return html
