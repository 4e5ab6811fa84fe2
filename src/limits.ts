const KiB = 1024;
const MiB = 1024 * KiB;

/**
 * Every bound on input from outside, in one place; SECURITY.md quotes them and a test compares the two. A bound limits a size before
 * reading, a count before quadratic work, or a time.
 */
export const limits = {
  /** A program of the system: nvidia-smi, vulkaninfo, journalctl, … */
  program: {
    outputBytes: 4 * MiB,
    timeoutMs: 5000,
    /** Lines of one output that are looked at. */
    lines: 20_000,
    /** Values in one JSON output, and how deep. */
    items: 200_000,
    depth: 64,
  },
  /** Devices that one source may name: more than any computer has. */
  devices: 64,
  /** Readings and warnings of one probe: about twenty a device. */
  readings: 4000,
  /** A file of the kernel or of the system's configuration, bytes. */
  systemFileBytes: 1 * MiB,
  /** A machine file: `--machine`, or one line of many. */
  machineFile: {
    bytes: 4 * MiB,
    items: 200_000,
    depth: 32,
    /** Entries of one list in it; accelerators are bounded by `devices`. */
    listItems: 5000,
    /** Characters of a text in it that are kept. */
    textCharacters: 500,
  },
  /** Machines in one answer, and how many of them may be unreadable. */
  fleet: { machines: 200_000, unreadable: 10_000 },
  requirements: { fileBytes: 1 * MiB, items: 1000 },
  gguf: {
    /** The largest vocabulary makes about 16 MB. */
    headerBytes: 64 * MiB,
    keys: 65_536,
    tensors: 100_000,
    /** Elements kept of one list: enough for per-layer lists, fewer than a vocabulary has. */
    listItems: 4096,
    /** Elements kept of all lists together. */
    listItemsInAll: 262_144,
    /** Bytes kept of one text, and of all together. */
    textBytes: 64 * KiB,
    textBytesInAll: 8 * MiB,
    splitParts: 512,
  },
  /** An answer of the Ollama server. */
  answer: { bytes: 8 * MiB, items: 200_000, depth: 32 },
  /** The same for a model's tensors and vocabulary (`/api/show` with `verbose`, about 15 MB). */
  verboseAnswer: { bytes: 32 * MiB, items: 2_500_000, depth: 32 },
  /** One line of a stream of the server, and layers of one download. */
  stream: { lineBytes: 8 * MiB, items: 1000, depth: 8, layers: 1000 },
  manifestBytes: 1 * MiB,
  /** A proof of `verify` that is read again, and the list of the tags that `pull` made. */
  proofBytes: 1 * MiB,
  stateFileBytes: 1 * MiB,
  /** Parameters of a model that are read. */
  parameters: 1000,
  /** A sentence that quotes foreign text, characters. */
  messageCharacters: 1000,
} as const;
