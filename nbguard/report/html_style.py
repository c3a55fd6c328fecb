"""How the HTML report looks: on a screen, light or dark, and on paper."""

STYLE = """
:root { --text: #1c2330; --faint: #5b6475; --line: #d9dde5; --ground: #ffffff; --tile: #f4f6f9; --bar: #3b6fb6;
  --other: #a9bdd8; --critical: #a3123a; --high: #b3401a; --medium: #8a6100; --low: #35608a; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e9ef; --faint: #a2abbb; --line: #363d4a; --ground: #161a22;
  --tile: #1f2530; --bar: #7fb0f5; --other: #46597a; --critical: #ff8fab; --high: #ff9f7a; --medium: #e8c15a;
  --low: #8fc0ee; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); margin: 2rem auto;
  max-width: 75rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .8rem; margin: 0; }
.figures div { background: var(--tile); border-radius: .4rem; padding: .6rem .9rem; }
.figures dt { color: var(--faint); } .figures dd { margin: 0; font-size: 1.6rem; font-weight: 600; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem 2rem; }
.charts .wide { grid-column: 1 / -1; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere; }
th { color: var(--faint); font-weight: 600; overflow-wrap: normal; }
.chart td { border: 0; padding: .1rem .4rem; }
.chart td.number { text-align: right; width: 3rem; overflow-wrap: normal; }
.chart td.bar { width: 40%; }
.chart svg { display: block; width: 100%; height: .8rem; margin-top: .35rem; fill: var(--bar); }
svg.columns { display: block; width: 100%; max-width: 60rem; height: auto; font-size: 11px; fill: var(--text);
  text-anchor: middle; }
svg.columns line { stroke: var(--line); } svg.columns .label { fill: var(--faint); }
rect.credentials { fill: var(--bar); } rect.others { fill: var(--other); }
.key { display: inline-block; width: .8em; height: .8em; border-radius: .15em; }
.key.credentials { background: var(--bar); } .key.others { background: var(--other); }
table.findings { table-layout: fixed; } .findings th { box-sizing: border-box; }
.findings th:nth-child(1) { width: 5.8rem; }
.findings th:nth-child(2) { width: 16%; }
.findings th:nth-child(4) { width: 15.5rem; } .findings th:nth-child(5) { width: 27%; }
.trace { font: .76em ui-monospace, monospace; overflow-wrap: normal; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
code { font-family: ui-monospace, monospace; font-size: .9em; }
.critical, .high, .medium, .low { font-weight: 600; }
.critical { color: var(--critical); } .high { color: var(--high); } .medium { color: var(--medium); }
.filters { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; margin-bottom: .8rem; }
.filters fieldset { border: 1px solid var(--line); border-radius: .4rem; padding: .2rem .8rem .4rem; margin: 0; }
.filters legend { color: var(--faint); padding: 0 .3rem; } .filters label { margin-right: .9rem; white-space: nowrap; }
.low { color: var(--low); } .faint { color: var(--faint); }
summary { color: var(--faint); cursor: pointer; }
@media screen and (max-width: 48rem) {
  .rows thead { position: absolute; clip-path: inset(50%); }
  .rows tr { display: block; border-bottom: 1px solid var(--line); padding: .5rem 0; }
  .rows td { display: block; border: 0; padding: .1rem 0; }
  .rows td:empty { display: none; }
  .rows td::before { content: attr(data-of) ": "; color: var(--faint); }
  .charts { grid-template-columns: 1fr; } .wide .chart td.bar { width: 20%; } }
@media print { :root { --text: #000; --faint: #444; --line: #bbb; --ground: #fff; --tile: #fff; --bar: #3b6fb6;
    --other: #a9bdd8; --critical: #a3123a; --high: #b3401a; --medium: #8a6100; --low: #35608a; }
  body { margin: 0; max-width: none; font-size: 10pt; } .figures { grid-template-columns: repeat(5, 1fr); }
  .figures div { border: 1px solid var(--line); }
  section, tr { break-inside: avoid; } h2 { break-after: avoid; } thead { display: table-header-group; }
  .filters fieldset:not(:has(input:not(:checked))), .filters label:has(input:not(:checked)) { display: none; }
  details { display: none; } .trace { overflow-wrap: anywhere; } .rows { font-size: 9pt; line-height: 1.35; }
  .findings th:nth-child(1) { width: 11%; }
  .findings th:nth-child(2) { width: 17%; } .findings th:nth-child(4) { width: 18%; }
  .findings th:nth-child(5) { width: 30%; }
  .filters input { display: none; } .charts { grid-template-columns: 1fr 1fr; } a { color: inherit; }
  * { print-color-adjust: exact; } }
@page { margin: 15mm; }
"""


def head(title: str, more: str = "") -> str:
    """The beginning of a page that loads and runs nothing, and takes no style but its own, and ``more``."""
    from base64 import b64encode
    from hashlib import sha256

    digest = b64encode(sha256(f"{STYLE}{more}".encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>{STYLE}{more}</style>\n</head>\n<body>\n"
    )
