import { posix, win32 } from 'node:path';

export interface StatePlace {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  homeDir: string | null;
}

/**
 * Folder for what this tool remembers: $XDG_STATE_HOME/gemma-fit, %LOCALAPPDATA%\gemma-fit, or under the home folder
 * (~/.local/state, ~/Library/Application Support). null without a home.
 */
export function stateFolder({ platform, env, homeDir }: StatePlace): string | null {
  const path = platform === 'win32' ? win32 : posix;
  const absolute = (folder: string | undefined) => (folder && path.isAbsolute(folder) ? folder : null);
  const bases: Partial<Record<NodeJS.Platform, (string | null)[]>> = {
    win32: [absolute(env.LOCALAPPDATA), homeDir && path.join(homeDir, 'AppData', 'Local')],
    darwin: [absolute(env.XDG_STATE_HOME), homeDir && path.join(homeDir, 'Library', 'Application Support')],
  };
  const places = bases[platform] ?? [absolute(env.XDG_STATE_HOME), homeDir && path.join(homeDir, '.local', 'state')];
  const base = places.find((place) => place !== null && place !== '');
  return base ? path.join(base, 'gemma-fit') : null;
}
