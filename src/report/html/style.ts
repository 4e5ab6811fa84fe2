/** Light and dark by the reader's setting, prints on white, readable from 320 pixels on. Colours meet WCAG AA on both. */
export const style = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--paper:#fff;--line:#d0d7de;--good:#116329;--warn:#7d4e00;--bad:#a40e26;--c0:#0550ae;--c1:#116329;--c2:#8250df;--c3:#953800;--c4:#a40e26}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b1;--paper:#0d1117;--line:#3d444d;--good:#56d364;--warn:#e3b341;--bad:#ff7b72;--c0:#79c0ff;--c1:#56d364;--c2:#d2a8ff;--c3:#ffa657;--c4:#ff7b72}}
@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--paper:#fff;--line:#bbb;--good:#116329;--warn:#7d4e00;--bad:#a40e26;--c0:#0550ae;--c1:#116329;--c2:#8250df;--c3:#953800;--c4:#a40e26}details>*{display:block}table,svg{break-inside:avoid}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.2rem;max-width:62rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);overflow-wrap:anywhere}
h1{font-size:1.4rem;line-height:1.3;margin:.2em 0}
h2{font-size:1.1rem;margin:1.8em 0 .4em}
h3{font-size:1rem;margin:1em 0 .4em}
p,ul,dl{margin:.5em 0}
.soft{color:var(--soft)}.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.93rem}
th,td{padding:.35em .7em;text-align:left;border-bottom:1px solid var(--line);overflow-wrap:normal}
th[scope=row]{white-space:nowrap}
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
tr.best th,tr.best td{font-weight:700}
td.long{overflow-wrap:anywhere}
code,pre{font:.9em/1.5 ui-monospace,monospace}
pre{white-space:pre;overflow-x:auto;border:1px solid var(--line);padding:.6em;border-radius:6px}
svg{width:100%;min-width:36rem;height:auto;display:block}
svg text{fill:var(--ink);font:13px system-ui,sans-serif}
.end{text-anchor:end}.mid{text-anchor:middle}
.grid{stroke:var(--line);fill:none}
.curve{fill:none;stroke-width:2.5}
.c0{stroke:var(--c0)}.c1{stroke:var(--c1);stroke-dasharray:8 3}.c2{stroke:var(--c2);stroke-dasharray:2 3}.c3{stroke:var(--c3);stroke-dasharray:10 3 2 3}.c4{stroke:var(--c4);stroke-dasharray:5 5}
.budget{stroke:var(--ink);stroke-width:2;fill:none}
svg .budget-name,svg .name{font-weight:600}
circle{fill:var(--ink)}
.bar{display:flex;height:2rem;border:1px solid var(--ink);border-radius:4px;overflow:hidden}
.bar span{overflow:hidden;padding:.2rem .3rem;border-right:1px solid var(--ink);font-size:.85rem;min-width:1.2rem}
.bar span:last-child{border-right:0}
.bW{background:color-mix(in srgb,var(--c0) 25%,transparent)}.bK{background:color-mix(in srgb,var(--c3) 25%,transparent)}.bC{background:color-mix(in srgb,var(--c2) 25%,transparent)}.bV,.bD{background:color-mix(in srgb,var(--c1) 25%,transparent)}.bU,.bM,.bG{background:color-mix(in srgb,var(--ink) 12%,transparent)}
summary{cursor:pointer;font-weight:600}
@media (max-width:34rem){body{padding:.8rem}th,td{padding:.3em .4em}}
`.trim();
