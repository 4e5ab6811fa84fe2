import { Argument } from 'commander';
import { type Shell, shells } from '../report/completion/types.ts';
import type { AddCommand } from './command.ts';

/** `completion <shell>`: a script to be evaluated or saved. */
export const addCompletion: AddCommand = (program, io, done) => {
  program
    .command('completion')
    .description('Print a completion script for a shell')
    .addArgument(new Argument('<shell>', shells.join(', ')).choices(shells))
    .allowExcessArguments(false)
    .action(async (shell: Shell) => {
      const [{ completions }, { describeProgram }, { writeAll }] = await Promise.all([
        import('../report/completion/index.ts'),
        import('./describe.ts'),
        import('../terminal/output.ts'),
      ]);
      await writeAll(io.stdout, completions[shell](describeProgram(program)));
      done('ok');
    });
};
