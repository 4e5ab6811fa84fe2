export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*/;

/**
 * Reads Prometheus' text format 0.0.4 as its own parser does, and refuses what the textfile collector refuses:
 * timestamps, a second HELP or TYPE, samples of a metric apart from each other, and one set of labels twice.
 */
export function parsePrometheus(text: string): Sample[] {
  if (!text.endsWith('\n')) throw new Error('no newline at the end');
  const samples: Sample[] = [];
  const seen = new Set<string>();
  const closed = new Set<string>();
  let current = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    const name = comment?.[2] ?? metricName.exec(line)?.[0];
    if (name === undefined) throw new Error(`not a line: ${line}`);
    if (name !== current) {
      if (closed.has(name)) throw new Error(`${name} comes twice`);
      closed.add(name);
      current = name;
    }
    if (comment) {
      once(seen, `${comment[1]} ${name}`);
      if (comment[1] === 'TYPE' && comment[3] !== 'gauge') throw new Error(`type ${comment[3]}`);
      continue;
    }
    const sample = parseSample(line, name);
    once(seen, JSON.stringify([name, Object.entries(sample.labels).sort()]));
    samples.push(sample);
  }
  return samples;
}

function once(seen: Set<string>, key: string): void {
  if (seen.has(key)) throw new Error(`twice: ${key}`);
  seen.add(key);
}

function parseSample(line: string, name: string): Sample {
  let rest = line.slice(name.length);
  const labels: Record<string, string> = {};
  if (rest.startsWith('{')) {
    rest = rest.slice(1);
    while (!rest.startsWith('}')) {
      const label = labelName.exec(rest)?.[0];
      const quoted = /^="((?:[^"\\]|\\[\\"n])*)"/.exec(rest.slice(label?.length ?? 0));
      if (label === undefined || quoted === null || label in labels) throw new Error(`bad label: ${line}`);
      labels[label] = (quoted[1] ?? '').replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c));
      rest = rest.slice(label.length + quoted[0].length).replace(/^,/, '');
    }
    rest = rest.slice(1);
  }
  if (!/^ -?\d+(\.\d+)?(e[+-]?\d+)?$/.test(rest)) throw new Error(`bad value or a timestamp: ${line}`);
  return { name, labels, value: Number(rest) };
}
