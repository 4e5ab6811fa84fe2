/**
 * How the person called this program, so that the commands it prints work as they are. npm and pnpm tell a program when they run it without
 * installing it.
 */
export function calledAs(env: Readonly<Record<string, string | undefined>>): string {
  if (env.npm_command === 'dlx' || (env.npm_config_user_agent?.startsWith('pnpm') && env.npm_command === 'exec'))
    return 'pnpm dlx gemma-fit';
  return env.npm_command === 'exec' || env.npm_lifecycle_event === 'npx' ? 'npx gemma-fit' : 'gemma-fit';
}
