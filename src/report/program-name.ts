/** How a reader who is not known to have it installed calls this program. */
export const npxProgram = 'npx gemma-fit';

const commands = 'check|pull|verify|list|needs|doctor|explain|help|completion';
const mention = new RegExp(`(?<![\\w/-])(?:npx )?gemma-fit(?= (?:${commands}|--)\\b| --)`, 'g');

/** A text that mentions commands of this program, with the name by which the person called it. */
export function programName(text: string, program = npxProgram): string {
  return text.replace(mention, program);
}
