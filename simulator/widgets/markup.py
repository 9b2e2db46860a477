"""HTML in the colours of the notebook around it, light or dark."""

from __future__ import annotations

from markdown_it import MarkdownIt

STYLE = """<style>
.drill{max-width:60em;line-height:1.5;color:var(--jp-content-font-color1,inherit)}
.drill table{border-collapse:collapse;width:100%;margin:.5em 0}
.drill th,.drill td{text-align:left!important;padding:.3em .6em;vertical-align:top;white-space:normal;
  border-bottom:1px solid var(--jp-border-color2,#8885)}
.drill tr.phase th{text-transform:uppercase;letter-spacing:.06em;font-size:85%;padding-top:1em}
.drill .mark{width:1.5em;font-weight:bold}.drill .worth{width:4em;text-align:right!important}
.drill .passed .mark{color:var(--jp-success-color1,#2e7d32)}
.drill .failed .mark,.drill .error .mark{color:var(--jp-error-color1,#c62828)}
.drill .not_attempted{opacity:.75}
.drill .reason{font-size:92%;color:var(--jp-content-font-color2,#666)}
.drill .bar{height:.5em;background:var(--jp-border-color2,#8885);border-radius:.25em;overflow:hidden}
.drill .bar div{height:100%;background:var(--jp-success-color1,#2e7d32)}
.drill blockquote{border-left:4px solid var(--jp-border-color1,#888);margin-left:0;padding-left:1em}
</style>"""


def markdown(text: str) -> str:
    """HTML of a text in Markdown. Raw HTML in it is shown, not obeyed."""
    html: str = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return html
