import { type VariantId, variantIds } from '../data/ids.ts';
import { reportBody } from '../report/html/index.ts';
import { safeJson } from '../report/json.ts';
import { plainOptions } from '../report/options.ts';
import { escapeXml } from '../report/text.ts';
import { toolVersion } from '../version.ts';
import { answerTo, bringsItsMemory, hardwareFor, type PlannerAnswer } from './answer.ts';
import {
  contextOptions,
  deviceOptions,
  type Option,
  osOptions,
  ramOptions,
  runtimeOptions,
  useOptions,
} from './choices.ts';
import { commandOf, fromFragment, type PlannerState, toFragment } from './state.ts';

const form = element('form', HTMLFormElement);
const answer = element('answer', HTMLElement);
const result = element('result', HTMLElement);
const command = element('command', HTMLElement);
const needs = element('needs', HTMLDetailsElement);
const model = element('model', HTMLSelectElement);
const hardware = element('hardware', HTMLElement);
const copied = element('copied', HTMLElement);
const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement;

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page lacks #${id}.`);
  return found;
}

const optionTags = (options: readonly Option[]) =>
  options.map(({ value, label }) => `<option value="${escapeXml(value)}">${escapeXml(label)}</option>`).join('');

function fillLists(): void {
  const plain = (values: readonly string[]) => optionTags(values.map((value) => ({ value, label: value })));
  element('devices', HTMLDataListElement).innerHTML = plain(deviceOptions());
  element('rams', HTMLDataListElement).innerHTML = plain(ramOptions);
  field('for').innerHTML = optionTags(useOptions);
  field('context').innerHTML = optionTags(contextOptions);
  field('os').innerHTML = optionTags(osOptions);
  field('runtime').innerHTML = optionTags(runtimeOptions);
  model.innerHTML = optionTags(variantIds.map((value) => ({ value, label: value })));
}

function writeForm(state: PlannerState): void {
  field('gpu').value = state.gpu;
  field('ram').value = state.ram;
  field('os').value = state.os;
  field('runtime').value = state.runtime;
  field('for').value = state.use;
  field('context').value = state.contextTokens === null ? '' : String(state.contextTokens);
  field('parallel').value = String(state.users);
  (field('text-only') as HTMLInputElement).checked = state.textOnly;
}

/** The form is parsed the same way as a link. */
function readForm(): PlannerState {
  const fields = new URLSearchParams();
  for (const name of ['gpu', 'ram', 'os', 'for', 'context', 'parallel', 'runtime']) fields.set(name, field(name).value);
  if ((field('text-only') as HTMLInputElement).checked) fields.set('text-only', '1');
  return fromFragment(fields.toString());
}

function show(state: PlannerState): void {
  const started = performance.now();
  const found = answerTo(state, toolVersion);
  answer.innerHTML = htmlOf(found);
  showHardware();
  result.textContent = found.kind === 'answer' ? safeJson(found.result) : '';
  const needsRam = !bringsItsMemory(state.gpu);
  field('ram').disabled = !needsRam;
  command.textContent = commandOf(state, needsRam);
  document.documentElement.dataset.milliseconds = (performance.now() - started).toFixed(1);
  history.replaceState(null, '', `#${toFragment(state)}`);
}

/** Asked only where it is looked at: it tries every device of the table. */
function showHardware(): void {
  if (needs.open) hardware.textContent = hardwareFor(model.value as VariantId, readForm());
}

function htmlOf(found: PlannerAnswer): string {
  if (found.kind === 'answer')
    return reportBody(found.result, { ...plainOptions, unicode: true, curves: found.curves });
  const hint = found.hint === null ? '' : `<p>${escapeXml(found.hint)}</p>`;
  return `<h1 class="warn">${escapeXml(found.message)}</h1>${hint}`;
}

async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
    copied.textContent = 'Copied.';
  } catch {
    copied.textContent = 'The link is in the address bar.';
  }
}

fillLists();
const first = fromFragment(location.hash);
writeForm(first);
show(first);
let waiting: ReturnType<typeof setTimeout> | undefined;
form.addEventListener('input', () => {
  clearTimeout(waiting);
  // Waits until typing pauses.
  waiting = setTimeout(() => show(readForm()), 150);
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  clearTimeout(waiting);
  show(readForm());
});
addEventListener('hashchange', () => {
  const state = fromFragment(location.hash);
  writeForm(state);
  show(state);
});
needs.addEventListener('toggle', showHardware);
model.addEventListener('change', showHardware);
element('copy', HTMLButtonElement).addEventListener('click', copyLink);
