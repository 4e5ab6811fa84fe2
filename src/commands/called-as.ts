/**
 * How the person called this program, so that the commands it offers work as printed: npm and pnpm tell a program that they run without
 * installing it.
 */
export function calledAs(env: Readonly<Record<string, string | undefined>>): string {
  if (env.npm_command === 'dlx' || (env.npm_config_user_agent?.startsWith('pnpm') && env.npm_command === 'exec'))
    return 'pnpm dlx gemma-fit';
  return env.npm_command === 'exec' || env.npm_lifecycle_event === 'npx' ? 'npx gemma-fit' : 'gemma-fit';
}
