/** One line of /proc/self/mountinfo that matters here. */
export interface Mount {
  /** Folder of the file system that is mounted: `/`, `/docker/<id>`. */
  root: string;
  point: string;
  type: string;
  options: string[];
}

/** Splits at ` - ` because optional fields come before it and super options may hold spaces (Docker Desktop on Windows). */
export function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const cut = line.indexOf(' - ');
    if (cut < 0) return [];
    const [, , , root, point] = line.slice(0, cut).split(' ');
    const [type, , ...options] = line.slice(cut + 3).split(' ');
    if (!root || !point || !type) return [];
    return [{ root: unescaped(root), point: unescaped(point), type, options: options.join(' ').split(',') }];
  });
}

/** The kernel writes space, tab, newline and backslash as octal. */
const unescaped = (text: string) =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** One line of /proc/self/cgroup. controllers is empty for the unified (v2) hierarchy. */
export interface Membership {
  controllers: string[];
  path: string;
}

export function parseMemberships(text: string): Membership[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\d+:([^:]*):(\/.*)$/.exec(line);
    return match ? [{ controllers: (match[1] ?? '').split(',').filter(Boolean), path: match[2] ?? '/' }] : [];
  });
}
