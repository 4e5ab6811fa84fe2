import { style } from '../report/html/style.ts';

const formStyle = `
form{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.8rem;padding:1rem;border:1px solid var(--line);border-radius:8px}
form .wide{grid-column:1/-1}
label{display:block;font-weight:600;font-size:.9rem}
input:not([type=checkbox]),select{width:100%;font:inherit;padding:.45em .5em;color:var(--ink);background:var(--paper);border:1px solid var(--soft);border-radius:6px}
label.check{display:flex;gap:.5em;align-items:center;align-self:end;padding:.45em 0}
button{font:inherit;padding:.35em .9em;color:var(--ink);background:var(--paper);border:1px solid var(--soft);border-radius:6px;cursor:pointer}
:focus-visible{outline:3px solid var(--c0);outline-offset:2px}
header p{margin:.2em 0 1em}
#answer{min-height:24rem}
pre{overflow-x:auto;white-space:pre}
`.trim();

/** The page without its answer, which planner.js fills in. `scriptName`: where that file lies, seen from the page. */
export function plannerPage(scriptName: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'self' file:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="description" content="Which Gemma 4 model, quantization and context a GPU or Mac can run, and how fast.">
<link rel="icon" href="data:,">
<title>gemma-fit planner</title>
<style>${style}
${formStyle}</style>
<script src="${scriptName}" defer></script></head>
<body><header><p><strong>gemma-fit planner</strong>: which Gemma 4 model a machine can run, at which quantization, context and speed.
Everything is calculated in this page; nothing is sent anywhere.</p>
<form id="form" aria-label="The machine and what it is for" autocomplete="off">
<label class="wide">GPU or Mac<input name="gpu" list="devices" placeholder="2x RTX 3090, M3 Max 64GB, none" spellcheck="false"></label>
<label>RAM<input name="ram" list="rams" spellcheck="false"></label>
<label>Used for<select name="for"></select></label>
<label>Context<select name="context"></select></label>
<label>Users at a time<input name="parallel" type="number" min="1" max="64"></label>
<label>System<select name="os"></select></label>
<label>Runtime<select name="runtime"></select></label>
<label class="check"><input name="text-only" type="checkbox">Text only</label>
<datalist id="devices"></datalist><datalist id="rams"></datalist>
</form></header>
<main id="answer" aria-live="polite"><noscript>The planner needs JavaScript; <code>npx gemma-fit check --gpu NAME</code> says the same in a terminal.</noscript></main>
<footer><details id="needs"><summary>Which hardware runs a model fully on its GPU?</summary>
<p><label>Model<select id="model"></select></label></p><pre id="hardware" tabindex="0" aria-label="Hardware"></pre></details>
<h2>The same in a terminal</h2><pre id="command" tabindex="0" aria-label="Command"></pre>
<p><button id="copy" type="button">Copy a link to this answer</button> <span id="copied" role="status"></span></p></footer>
<script type="application/json" id="result"></script>
</body></html>
`;
}
