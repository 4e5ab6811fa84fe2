/**
 * Caches the results of a function. Results for an object key live as long as the object; of other keys at most `mostKept` are kept, so
 * that a long-running program does not grow without bound.
 */
export function memoize<Args extends unknown[], Made>(
  make: (...args: Args) => Made,
  keyOf: (...args: Args) => unknown = (...args) => args[0],
  mostKept = 1024,
): (...args: Args) => Made {
  // Made on demand: most caches have keys of one kind only, and there are many caches.
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

/** A value that is made when it is first asked for. */
export function once<Made>(make: () => Made): () => Made {
  let made: { value: Made } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
