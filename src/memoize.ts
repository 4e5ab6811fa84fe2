/**
 * A function that remembers what it made: the one cache of the house. Answers of a key that is an object go with the object; of other
 * keys the last `mostKept` at most are kept, for a long-running program must not grow without end.
 */
export function memoize<Args extends unknown[], Made>(
  make: (...args: Args) => Made,
  keyOf: (...args: Args) => unknown = (...args) => args[0],
  mostKept = 1024,
): (...args: Args) => Made {
  const byObject = new WeakMap<object, Made>();
  const byValue = new Map<unknown, Made>();
  return (...args) => {
    const key = keyOf(...args);
    const kept = typeof key === 'object' && key !== null ? (byObject as WeakMap<object, Made>) : byValue;
    const found = kept.get(key as object);
    if (found !== undefined || kept.has(key as object)) return found as Made;
    if (kept === byValue && byValue.size >= mostKept) byValue.clear();
    const made = make(...args);
    kept.set(key as object, made);
    return made;
  };
}
