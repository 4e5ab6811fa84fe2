/** What a code means, for `gemma-fit explain CODE` and docs/codes.md. Every text is one or two plain sentences. */
export interface Explanation {
  means: string;
  /** Why it matters to the reader. */
  matters: string;
  /** What to do; "Nothing" where nothing has to be done. */
  remedy: string;
  /** Where the rule or the figure comes from. */
  source: string;
}

/** Sources that several explanations share. */
export const scheduler = 'Ollama server/sched.go and llm/llama_server.go, v0.33';
export const fit = 'llama.cpp common/fit.cpp, b10488';
export const docs = 'Ollama documentation (docs/faq.mdx, docs/context-length.mdx)';
export const ownProbe = "gemma-fit's own reading of the machine (gemma-fit doctor lists it)";
