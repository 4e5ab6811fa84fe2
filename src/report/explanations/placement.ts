import { docs, type Explanation, fit, scheduler } from './types.ts';

/** Codes about how a model is placed and what the server is asked for. */
export const placementExplanations = {
  'projector-margin': {
    means: 'The build includes a vision encoder, and Ollama keeps extra GPU memory free for it.',
    matters: 'Less is left for layers and context.',
    remedy: "If you need no images: --text-only, or LLAMA_ARG_FIT_TARGET=1024 in Ollama's environment.",
    source: 'Ollama llm/llama_server.go (mmprojFitTargetMiB), v0.33',
  },
  'projector-in-ram': {
    means: 'The vision encoder stays in RAM, because the GPU has no room for it.',
    matters: 'Text is as fast as before; reading an image is slow.',
    remedy: 'Use less context or a smaller build if images matter.',
    source: 'Ollama llm/llama_server.go (shouldDisableMMProjOffload), v0.33',
  },
  'text-only': {
    means: 'The calculation leaves the vision encoder out, as --text-only asks.',
    matters: 'More context or a larger model fits.',
    remedy:
      'Install it with gemma-fit pull --text-only: the tag then has no encoder. Leave the option out to use images.',
    source: fit,
  },
  'encoder-inside': {
    means:
      'Text alone was asked for, but the build has its vision encoder in the file of the weights, and Ollama loads both.',
    matters:
      'The encoder takes its memory and its reserve all the same, so the build is not recommended for text alone.',
    remedy: 'Choose a build with a file for each, for example one that ends in -it-qat.',
    source: 'ollama server/create.go and llm/llama_server.go',
  },
  'micro-batch-lowered': {
    means: 'Ollama reads prompts in smaller batches, so that more of the model fits on the GPU.',
    matters: 'Long prompts are read more slowly; answers are written as fast as before.',
    remedy: 'Nothing. --micro-batch sets a fixed value.',
    source: 'Ollama server/sched.go (automaticGenerationBatch), v0.33',
  },
  'needs-main-gpu': {
    means: 'The model fits on one GPU, but Ollama would spread it over several.',
    matters: 'One GPU alone is faster: nothing has to be exchanged between cards.',
    remedy:
      'gemma-fit pull sets main_gpu where all GPUs are of one kind. Else set it in a Modelfile or in the request, or CUDA_VISIBLE_DEVICES for Ollama.',
    source: scheduler,
  },
  'needs-spread': {
    means: 'Ollama would put the model on one GPU where it does not fit; spread over several it does.',
    matters: 'On one GPU a part would run on the CPU.',
    remedy: 'Set OLLAMA_SCHED_SPREAD=1 for Ollama.',
    source: scheduler,
  },
  'device-left-out': {
    means: 'A model is never spread over GPUs of two backends (for example CUDA and Vulkan), so this GPU is not used.',
    matters: 'Its memory does not count.',
    remedy: 'Nothing, unless the other GPU is the better one: then hide the first from Ollama.',
    source: scheduler,
  },
  'preflight-differs': {
    means: "Ollama's own estimate before it loads the model is far from what the model takes.",
    matters: 'Ollama may unload other models, or split this one, although there is room.',
    remedy: 'Nothing. gemma-fit verify shows what was really loaded.',
    source: 'Ollama llm/llama_server.go (PredictServerVRAM), v0.33',
  },
  'mmap-off': {
    means: 'Ollama reads the model file into memory instead of mapping it.',
    matters: 'Loading takes longer, and the RAM counts as used.',
    remedy: 'Nothing.',
    source: 'Ollama server/sched.go (disableMmapDefaultReason), v0.33',
  },
  'large-image': {
    means:
      'The vision encoder is warmed up with an image of 256 tokens. Images of up to 1,120 tokens are accepted, and its buffer grows to 4.4 times.',
    matters: 'On a GPU that is nearly full the first large photo can fail.',
    remedy: 'Keep that much memory free: a smaller context, or smaller images.',
    source: 'llama.cpp tools/mtmd, measured at v0.5.0',
  },
  'drafter-dropped': {
    means:
      'llama.cpp keeps no room for the draft model when it places the model; afterwards there was not enough left for it.',
    matters: 'Ollama runs the model without it and says nothing: you get the plain speed.',
    remedy: 'Use a smaller context or micro-batch, or a build without a draft model.',
    source: 'llama.cpp issue 24758; common/fit.cpp, v0.5.0',
  },
  'draft-length': {
    means:
      'A draft model proposes tokens, and the model checks them in one pass. On this GPU library the check costs more than on others.',
    matters: 'With the draft length that the tag sets, answers come slower than with a shorter one, or with none.',
    remedy: 'Create a tag with PARAMETER draft_num_predict set to the length that is named; 0 switches drafting off.',
    source: 'data/speed-forms.json (drafting): what a step costs, from measurements under CUDA, ROCm, Vulkan and Metal',
  },
  'slow-host': {
    means: 'The CPU launches every kernel of the GPU. Server and low-power CPUs with slow cores launch them late.',
    matters: 'Models of many small kernels (26b, E2B, E4B) then run below what the GPU could do.',
    remedy: 'Nothing; the low end of the speed counts with it. gemma-fit verify measures the real speed.',
    source: 'llmfit community data: Radeon RX 7900 XT with a Xeon Gold 5318N and with a Ryzen 7 9800X3D',
  },
  'cpu-peak': {
    means:
      'On a CPU llama.cpp keeps weights of types Q4_0, Q4_K and IQ4_NL a second time, in an order that its instructions read faster. Until memory runs short the mapped file stays beside it.',
    matters: 'Tools show up to twice the memory. The mapped part is given back by itself and does not count as a need.',
    remedy: 'Nothing.',
    source: 'llama.cpp ggml-cpu/repack.cpp; peak memory of five models on an i9-9900X (HilbertraumAI/HilbertRaum)',
  },
  'engine-assumed': {
    means: 'Which llama.cpp this Ollama brings is unknown here; the newest known one is assumed.',
    matters: 'Buffers may differ by some per cent from what is told.',
    remedy: 'Update gemma-fit.',
    source: 'data/engines.json',
  },
  'prompt-cache-tight': {
    means:
      'llama-server keeps finished prompts in RAM (8 GiB by default) and checkpoints of the context; with both, RAM may run out over time.',
    matters: 'A container with a memory limit can be ended after hours of use.',
    remedy: 'Set LLAMA_ARG_CACHE_RAM and LLAMA_ARG_CTX_CHECKPOINTS for Ollama.',
    source: 'llama.cpp tools/server, b10488; llama.cpp issue 21690',
  },
  'flash-attention-off': {
    means: 'Ollama does not use flash attention on this GPU.',
    matters: 'The KV cache and the compute buffers are larger, and a quantized KV cache is not possible.',
    remedy: 'Nothing, unless OLLAMA_FLASH_ATTENTION=0 is set for Ollama.',
    source: 'Ollama ml/device.go (FlashAttentionSupported), v0.33',
  },
  'pinned-layers': {
    means: 'The tag fixes the number of layers on the GPU (num_gpu): more than Ollama would choose by itself, or none.',
    matters:
      'With more layers the vision encoder stays in RAM, and more of the model is on the GPU. With none the CPU does all the work, which is faster where the memory of the GPU is hardly faster than RAM.',
    remedy: 'Nothing. gemma-fit pull sets it in the tag.',
    source: 'Ollama llm/llama_server.go ("partial-text-offload"), v0.33',
  },
  'kv-quantized': {
    means: 'The KV cache is stored in 8 or 4 bits instead of 16.',
    matters: 'It takes half the memory or less, but Gemma 4 loses more quality by it than other models do.',
    remedy: 'Use it only when the context would not fit otherwise, and never q4_0.',
    source: 'Published measurements of the KL divergence (data/variants.json)',
  },
  'context-clamped': {
    means: 'More context was asked for than the model was trained for; it runs with what it was trained for.',
    matters: 'Text beyond that is not read.',
    remedy: 'Choose a model with a longer context: 12b, 26b and 31b have 256K, e2b and e4b 128K.',
    source: 'Model cards of Gemma 4 (data/variants.json)',
  },
  'above-trained-context': {
    means: 'The context is longer than the model was trained for.',
    matters: 'Answers get worse beyond the trained length.',
    remedy: 'Ask for less context.',
    source: 'Model cards of Gemma 4 (data/variants.json)',
  },
  'server-elsewhere': {
    means: 'OLLAMA_HOST points to another computer, while the answer is about this one.',
    matters: 'The hardware behind a remote server cannot be inspected from here.',
    remedy: 'Run gemma-fit on that computer, or give its file: gemma-fit check --machine FILE.',
    source: docs,
  },
  'held-beside': {
    means:
      'GPU memory is used by models that Ollama has loaded, while a llama-server is asked about: it does not get that memory.',
    matters: 'Less is left for the model.',
    remedy: 'Unload them (ollama stop MODEL), and ask again.',
    source: scheduler,
  },
  'held-by-ollama': {
    means:
      'GPU memory is used by models that Ollama has loaded now. It unloads them to make room, so this counts as free.',
    matters: 'The answer is about what fits once they are unloaded.',
    remedy: 'Nothing. ollama stop MODEL unloads one at once.',
    source: scheduler,
  },
  'plain-run': {
    means: 'What `ollama run` does with the same model when nothing is set.',
    matters: 'The default context may be too short: Ollama then cuts long prompts without an error.',
    remedy: 'Use the tag that gemma-fit pull makes, or set num_ctx yourself.',
    source: 'Ollama server/routes.go and server/sched.go, v0.33',
  },
  ceiling: {
    means: 'The longest context with which the model stays fully on the GPU.',
    matters: 'Beyond it a part moves to the CPU, and speed drops.',
    remedy: 'Stay below it.',
    source: fit,
  },
  lever: {
    means: 'One change that would let a longer context fit.',
    matters: 'It may cost quality (q8_0 cache, a smaller build) or a feature (images).',
    remedy: 'Apply it only if you need the longer context.',
    source: fit,
  },
  'mlx-build': {
    means: 'On Macs this tag is an MLX build, not the GGUF file of other platforms.',
    matters: 'MLX loads a model completely or not at all, and its memory grows with the prompt.',
    remedy: 'Nothing. To use the GGUF build, name it: gemma-fit list shows both.',
    source: 'Ollama 0.40.0 release notes',
  },
  'mlx-context-open': {
    means: 'The MLX runner reads prompts of any length up to the limit of the model; num_ctx does not limit them.',
    matters: 'A prompt that takes more memory than Metal allows ends the runner, and the request fails with an error.',
    remedy: 'Keep prompts below the length that is named, or use the GGUF build, which keeps to its context.',
    source: 'Ollama x/mlxrunner; issue 18125; peaks measured on MLX 0.32.2 (data/mlx.json)',
  },
  'mlx-snapshots': {
    means:
      'The MLX runner keeps parts of earlier conversations in memory, up to 8 GiB, so that they can be continued quickly.',
    matters: 'They are not counted by Ollama and leave less room for a long prompt.',
    remedy: 'Unload the model (ollama stop) when memory gets short, or use the GGUF build.',
    source: 'Ollama x/mlxrunner (prefix cache), pull request 18353',
  },
  'mlx-one-request': {
    means: 'The MLX runner serves one request at a time.',
    matters: 'OLLAMA_NUM_PARALLEL and --parallel do not make it serve more.',
    remedy: 'Use a GGUF build where several people or agents share the Mac.',
    source: 'Ollama x/mlxrunner, October 2026',
  },
  'mlx-matrix-units': {
    means: 'This chip has matrix units, which MLX uses from a newer macOS on.',
    matters: 'Long prompts are read more slowly; memory and the speed of answers stay the same.',
    remedy: 'Update macOS. OLLAMA_LLM_LIBRARY=mlx_metal_v3 in the environment of Ollama would switch them off, too.',
    source: 'MLX mlx/backend/metal/device.cpp; Ollama x/mlxrunner/mlx/dynamic.go',
  },
  'mlx-cache-type': {
    means: 'The KV cache of an MLX build is always bf16.',
    matters: 'A smaller cache type saves no memory there.',
    remedy: 'Use a GGUF build, or a shorter context.',
    source: 'Ollama x/mlxrunner, October 2026',
  },
  'loaded-context-short': {
    means: 'A model that Ollama has loaded now has less context than the use needs.',
    matters: 'Longer prompts are silently truncated.',
    remedy: 'gemma-fit pull makes a tag with the recommended context.',
    source: 'Ollama /api/ps (context_length); data/advice.json (uses)',
  },
  'faster-placement': {
    means: 'Ollama would choose devices on which the model runs slower than on others of this machine.',
    matters: 'With unlike GPUs the one with the most free memory is not always the fastest.',
    remedy: 'Set what the sentence names: main_gpu, OLLAMA_SCHED_SPREAD, or the variable that hides a device.',
    source: scheduler,
  },
} satisfies Record<string, Explanation>;
