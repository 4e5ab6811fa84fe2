export type Yaml = string | number | boolean | readonly Yaml[] | { readonly [key: string]: Yaml };

const reserved = /^(true|false|yes|no|on|off|null|y|n|~)$/i;
const plain = /^[A-Za-z/][A-Za-z0-9_./-]*$/;

/** YAML of plain values; any string that could be read as something else is quoted the way JSON quotes it. */
export function toYaml(value: Yaml, indent = ''): string {
  if (Array.isArray(value)) return value.map((item: Yaml) => `${indent}- ${nested(item, `${indent}  `)}`).join('');
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([key, item]) => `${indent}${entry(key, item, indent)}`)
      .join('');
  return `${scalar(value)}\n`;
}

function entry(key: string, value: Yaml, indent: string): string {
  if (typeof value !== 'object') return `${scalar(key)}: ${scalar(value)}\n`;
  if (Object.keys(value).length === 0) return `${scalar(key)}: ${Array.isArray(value) ? '[]' : '{}'}\n`;
  return `${scalar(key)}:\n${toYaml(value, `${indent}  `)}`;
}

/** A value after `- `: its first line stands there, the rest is indented. */
function nested(value: Yaml, indent: string): string {
  return typeof value === 'object' ? toYaml(value, indent).slice(indent.length) : `${scalar(value)}\n`;
}

function scalar(value: Yaml): string {
  if (typeof value !== 'string') return String(value);
  return plain.test(value) && !reserved.test(value) ? value : JSON.stringify(value);
}
