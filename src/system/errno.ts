/** What the system says of a file, in words that end a sentence. */
const words: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than allowed',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  EIO: 'the disk reports an error',
};

/** In words why a file could not be read or written: the code's, where there are some, else the system's own. */
export function reasonOf(error: unknown, others: Readonly<Record<string, string>> = {}): string {
  const { code = '', message = '' } = error as NodeJS.ErrnoException;
  return others[code] ?? words[code] ?? (message || code);
}
