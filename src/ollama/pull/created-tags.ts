import { posix } from 'node:path';
import { limits } from '../../limits.ts';
import { writeFileAtomic } from '../../system/atomic-write.ts';
import { makeOwnFolder, ownFolder } from '../../system/own-folder.ts';
import { readNamedFile } from '../../system/read-file.ts';
import { fullName } from '../api/names.ts';
import { derivedModel } from './derived-tag.ts';

/** The tags that this tool made, one `host name` a line: what it may overwrite later. */
export class CreatedTags {
  readonly #file: string | null;
  readonly #host: string;
  #lines: Set<string> | null = null;

  constructor(folder: string | null, hostUrl: string) {
    this.#file = folder === null ? null : posix.join(folder, 'tags');
    this.#host = hostUrl;
  }

  async load(): Promise<this> {
    const own = this.#file !== null && ownFolder(posix.dirname(this.#file)) !== null;
    const text = own ? await readNamedFile(this.#file ?? '', limits.stateFileBytes).then(String, () => '') : '';
    this.#lines = new Set(text.split('\n').filter((line) => line !== ''));
    return this;
  }

  /** Names under `gemma4-fit:` are this tool's by agreement; others only when it is written down that it made them. */
  has(name: string): boolean {
    return name.toLowerCase().startsWith(`${derivedModel}:`) || (this.#lines?.has(this.#key(name)) ?? false);
  }

  /** Remembers a tag; if the folder cannot be written, the tag counts as foreign next time. */
  async add(name: string): Promise<void> {
    if (this.#file === null || this.has(name)) return;
    // Another run may have added its own since.
    await this.load();
    this.#lines?.add(this.#key(name));
    try {
      if (makeOwnFolder(posix.dirname(this.#file)) === null) return;
      await writeFileAtomic(this.#file, `${[...(this.#lines ?? [])].sort().join('\n')}\n`);
    } catch {
      return;
    }
  }

  #key(name: string): string {
    return `${this.#host} ${fullName(name).toLowerCase()}`;
  }
}
