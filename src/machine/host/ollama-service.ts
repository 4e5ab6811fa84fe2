import type { System } from '../../system/system.ts';

/** A setting of the Ollama service and the file it is set in. */
export interface ServiceSetting {
  value: string;
  source: string;
}

/** The systemd unit of Ollama on this computer. */
export interface OllamaService {
  unit: string;
  /** Whom it runs as (`User=`); null: the unit does not say. */
  user: string | null;
  environment: ReadonlyMap<string, ServiceSetting>;
}

/** What to ask journalctl for: the service's last lines as it wrote them. */
export const journalOfOllama = ['-u', 'ollama', '--no-pager', '-o', 'cat', '-n', '4000'];

const unitFolders = ['/etc/systemd/system', '/run/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'];

/**
 * The service with its environment: the unit, then its drop-ins, the later over the earlier, then environment files. null where there is no
 * unit. Only the server's own environment affects Ollama, and this is where it is set. Never throws.
 */
export async function ollamaService(system: System): Promise<OllamaService | null> {
  if (system.platform !== 'linux') return null;
  const texts = await Promise.all(unitFolders.map((folder) => system.read(`${folder}/ollama.service`, 64 * 1024)));
  const at = texts.findIndex((text) => text !== null);
  const text = texts[at];
  if (text === undefined || text === null) return null;
  const unit = `${unitFolders[at]}/ollama.service`;
  const parts = [{ file: unit, text: joined(text) }, ...(await dropIns(system))];
  const environment = new Map<string, ServiceSetting>();
  for (const part of parts) applyAssignments(part.text, part.file, environment);
  for (const file of parts.flatMap((part) => environmentFiles(part.text))) {
    const lines = ((await system.read(file, 64 * 1024)) ?? '').split('\n');
    for (const line of lines) assign(unquoted(line.trim()), file, environment);
  }
  const users = parts.flatMap((part) => [...part.text.matchAll(/^\s*User=(\S+)\s*$/gm)].map(([, name]) => name));
  return { unit, user: users.at(-1) ?? null, environment };
}

/** By file name over all folders; of two with one name the one in /etc counts. Source: systemd.unit(5). */
async function dropIns(system: System): Promise<{ file: string; text: string }[]> {
  const paths = new Map<string, string>();
  for (const folder of [...unitFolders].reverse()) {
    const home = `${folder}/ollama.service.d`;
    for (const name of (await system.list(home)).filter((file) => file.endsWith('.conf'))) {
      paths.set(name, `${home}/${name}`);
    }
  }
  const files = [...paths.keys()].sort().map((name) => paths.get(name) ?? '');
  return Promise.all(files.map(async (file) => ({ file, text: joined((await system.read(file, 64 * 1024)) ?? '') })));
}

/** A line that ends with `\` goes on in the next one; comments do not count, not even in between. Source: systemd.syntax(7). */
const joined = (text: string) => text.replace(/^[ \t]*[#;].*(\n|$)/gm, '').replace(/\\\r?\n/g, ' ');

/** `Environment="A=1" B=2 'C=three words'`; an empty one takes back what stood before. */
function applyAssignments(text: string, file: string, environment: Map<string, ServiceSetting>): void {
  for (const line of text.split('\n')) {
    const list = /^\s*Environment=(.*)$/.exec(line.slice(0, 4000))?.[1];
    if (list === undefined) continue;
    if (list.trim() === '') environment.clear();
    for (const [word] of list.matchAll(/"[^"]*"|'[^']*'|[^\s"']+(?:"[^"]*"|'[^']*')?/g))
      assign(unquoted(word), file, environment);
  }
}

function environmentFiles(text: string): string[] {
  return [...text.matchAll(/^\s*EnvironmentFile=-?(\/\S{1,500})\s*$/gm)].flatMap((match) => match[1] ?? []);
}

function assign(word: string, source: string, environment: Map<string, ServiceSetting>): void {
  const match = /^([A-Z_][A-Z0-9_]*)=(.*)$/i.exec(word);
  if (match?.[1] !== undefined) environment.set(match[1], { value: unquoted(match[2] ?? ''), source });
}

const unquoted = (text: string) => text.replace(/^(["'])(.*)\1$/, '$2');
