/** Tokens of the probe's prompt, about. */
export const probeTokens = 250;
/** Tokens of the answer that the speed is taken from. */
export const answerTokens = 128;

const parts = [
  'The harbour town lies between two hills, and every morning the fishing boats leave before the sun is up.',
  'In the old workshop by the quay three carpenters mend hulls, shape masts from spruce, and caulk the seams with tar.',
  'A sailmaker lives above them; she cuts canvas on a long table and sews it with waxed thread and a heavy palm.',
  'When the wind turns to the north the boats stay in, and the children count the gulls on the roof of the market hall.',
  'The lighthouse keeper writes the weather into a book: the height of the waves, the drift of the clouds, the colour of the sea.',
];

/**
 * A prompt of some 250 tokens that no cache has seen: Ollama counts cached prompt tokens but not their time, so the
 * unique text stands first. Ends in a plain task whose answer fills `answerTokens`.
 */
export function probePrompt(unique: string): string {
  const story = parts.map((sentence, i) => `(${unique.slice(i, i + 6)}) ${sentence}`).join(' ');
  return `Note ${unique}. ${story} Describe in about 150 plain words how a wooden sailing boat is built, step by step.`;
}
