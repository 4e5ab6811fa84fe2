import * as z from 'zod';
import { parseRequirement } from '../advice/requirements/parse.ts';
import type { Requirement } from '../advice/types.ts';
import { FitError } from '../errors.ts';
import { limits } from '../limits.ts';
import { parseJson } from '../system/json.ts';
import { readNamedFile } from '../system/read-file.ts';
import { decodeText } from '../system/text.ts';

const specs = z.array(z.string().min(1)).min(1);
const fileSchema = z.union([specs, z.strictObject({ require: specs })]);

/**
 * Requirements from a JSON file: `["26b@32k", "vision@16k"]`, or the same under the key `require`.
 * Throws FitError `bad-file` for the file, `usage` for a requirement in it.
 */
export async function readRequirements(path: string): Promise<Requirement[]> {
  const bytes = await readNamedFile(path, limits.requirements.fileBytes);
  const refuse = (why: string) => {
    const hint = 'For example: ["26b@32k", "vision@16k"]';
    return new FitError('bad-file', `${path} is not a list of requirements: it ${why}.`, hint);
  };
  const result = fileSchema.safeParse(parseJson(decodeText(bytes), limits.machineFile, refuse));
  if (!result.success) throw refuse('has another form');
  const list = Array.isArray(result.data) ? result.data : result.data.require;
  if (list.length > limits.requirements.items) {
    throw new FitError('bad-file', `${path} has more than ${limits.requirements.items} requirements.`);
  }
  return list.map(parseRequirement);
}
