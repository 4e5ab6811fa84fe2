/**
 * A function that remembers what it made: the one cache of the house. Answers of a key that is an object go with the object; of other
 * keys the last `mostKept` at most are kept, for a long-running program must not grow without end.
 */
export function memoize<Args extends unknown[], Made>(
  make: (...args: Args) => Made,
  keyOf: (...args: Args) => unknown = (...args) => args[0],
  mostKept = 1024,
): (...args: Args) => Made {
  // Most hold keys of one sort only, and there are many of them.
  let byObject: WeakMap<object, Made> | undefined;
  let byValue: Map<unknown, Made> | undefined;
  return (...args) => {
    const key = keyOf(...args);
    const isObject = typeof key === 'object' && key !== null;
    if (isObject) byObject ??= new WeakMap();
    else byValue ??= new Map();
    const kept = (isObject ? byObject : byValue) as Map<unknown, Made>;
    const found = kept.get(key);
    if (found !== undefined || kept.has(key)) return found as Made;
    const made = make(...args);
    if (kept === byValue && kept.size >= mostKept) kept.clear();
    kept.set(key, made);
    return made;
  };
}
