import { SaxesParser } from 'saxes';

export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

/** Parses XML strictly: anything not well-formed throws. */
export function parseXml(source: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes: { ...attributes } as Record<string, string>, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (element) element.text += text;
  });
  parser.on('closetag', () => open.pop());
  parser.write(source).close();
  const [first] = root.children;
  if (first === undefined) throw new Error('no root element');
  return first;
}

interface Rule {
  attributes: Record<string, 'required' | 'optional'>;
  children: string[];
}

const counts = { tests: 'required', failures: 'required', errors: 'required', time: 'optional' } as const;

/**
 * The part of the JUnit schema that both readers share: Jenkins' junit plugin (its jenkins-junit.xsd) and GitLab's
 * parser. An element or attribute that is not here is one that a reader may refuse or drop.
 */
const rules: Record<string, Rule> = {
  testsuites: { attributes: { name: 'optional', ...counts }, children: ['testsuite'] },
  testsuite: {
    attributes: { name: 'required', ...counts, skipped: 'optional' },
    children: ['properties', 'testcase', 'system-out', 'system-err'],
  },
  properties: { attributes: {}, children: ['property'] },
  property: { attributes: { name: 'required', value: 'required' }, children: [] },
  testcase: {
    attributes: { classname: 'required', name: 'required', time: 'optional' },
    children: ['skipped', 'error', 'failure', 'system-out', 'system-err'],
  },
  failure: { attributes: { type: 'optional', message: 'optional' }, children: [] },
  skipped: { attributes: { message: 'optional' }, children: [] },
  'system-out': { attributes: {}, children: [] },
};

/** Everything in a document that the readers' schema does not allow. */
export function junitFaults(element: Element, path = element.name): string[] {
  const rule = rules[element.name];
  if (rule === undefined) return [`${path}: unknown element`];
  const missing = Object.entries(rule.attributes)
    .filter(([name, need]) => need === 'required' && !(name in element.attributes))
    .map(([name]) => `${path}: ${name} is missing`);
  const foreign = Object.keys(element.attributes)
    .filter((name) => !(name in rule.attributes))
    .map((name) => `${path}: ${name} is not allowed`);
  const stray = rule.children.length > 0 && element.text.trim() !== '' ? [`${path}: text between elements`] : [];
  const inside = element.children.flatMap((child) =>
    rule.children.includes(child.name)
      ? junitFaults(child, `${path}/${child.name}`)
      : [`${path}: ${child.name} does not belong here`],
  );
  return [...missing, ...foreign, ...stray, ...inside];
}
