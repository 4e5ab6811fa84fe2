/** What the name of an Apple chip says. */
interface AppleChip {
    /** M1 is 1. */
    generation: number;
    tier: 'base' | 'pro' | 'max' | 'ultra';
}
/** `Apple M4 Max (40-core GPU)`; the A18 Pro of a MacBook has the GPU design of M4. null for any other name. */
declare function appleChip(name: string | null): AppleChip | null;
/**
 * How MLX fills command buffers on that chip; a chip that is not known counts as the class that takes more memory. MLX goes by the last letter
 * of the GPU's name, and a Pro has that of a Max: `applegpu_g16s` on M4 Pro, `applegpu_g14s` on M2 Pro. The peak of 26b in 4 bits after
 * 2,048 tokens is 15.740 GB on an M4 Pro and 15.739 on an M5 Max (localmaxxing run cmqw2nbhr; ax-engine); a base chip would take 0.13 less.
 */
declare function mlxChipClass(chip: AppleChip | null): MlxChipClass;
/** An MLX build on a chip of Apple, with so many tokens in its cache. */
interface MlxSpeedQuestion extends MlxFiles {
    /** Whether the runner drafts. */
    drafter: boolean;
    /** Tokens in the cache when the next one is made. */
    depthTokens: number;
    chip: AppleChip | null;
    /** Nominal; null: not known, and so no prediction. */
    bandwidthBytesPerSecond: number | null;
    /** Default: what the table says of a chip with that bandwidth; where that is a range, the band covers it. */
    gpuCores?: number;
    /** Weights that one token reads, for a build that mixes formats in its own way. Default: by layout. */
    weightBytesPerToken?: number;
}
/**
 * Tokens per second of an MLX build in Ollama's runner, as a band: see `mlxTokenSeconds`. null for a chip or a bandwidth that is not known,
 * and for builds that are known to run far below that. Left out by machine, the median error is 6 % without a draft model (75
 * measurements, 12 Macs) and 8 % with one (19, 3 Macs). Constants and their sources: data/mlx.json, speed.
 */
declare function predictMlxSpeed(question: MlxSpeedQuestion): SpeedBand | null;
/** Prompt tokens per second, by the arithmetic that a GPU core of that generation reached; null for a chip that is not known. */
declare function predictMlxPromptSpeed({ variant }: Pick<MlxFiles, 'variant'>, chip: AppleChip | null, gpuCores: readonly number[]): PromptSpeedBand | null;
/** Where a part lies: index of a device, or the host. */
type Home = number;
declare const host: Home;
/**
 * How much of a block's feed-forward part leaves its device (llama.cpp's common/fit.cpp): its experts; everything but
 * attention; all but attention and the dense up projection; or only the down projections.
 */
type Overflow = 'experts' | 'all-but-attention' | 'all-but-up' | 'down';
/** Neighbouring blocks that lie alike. */
interface Run {
    /** How many. */
    blocks: number;
    home: Home;
    /** Part of each block that lies elsewhere; null for whole blocks. */
    overflow: {
        part: Overflow;
        to: Home;
    } | null;
}
/** Where everything of a model lies. The head (output norm and tied embedding) counts as one layer, as llama.cpp counts it. */
interface Layout {
    deviceCount: number;
    /** From the first block to the last. */
    runs: readonly Run[];
    head: Home;
}
/** The last `gpuLayers` layers (of blocks + head) on the devices, divided by `shares` in order, as llama.cpp's tensor split does. */
declare function layeredLayout(blockCount: number, gpuLayers: number, shares: readonly number[]): Layout;
/** The same with neighbours that lie alike in one run, and without empty ones. */
declare function joined(runs: readonly Run[]): Run[];
/** Layers with that home, the head counted as one. */
declare function layersIn({ runs, head }: Layout, home: Home): number;
/** Layers on the devices, the head counted as one. */
declare function gpuLayersOf(layout: Layout): number;
declare function blockCountOf({ runs }: Layout): number;
declare function isFullOffload({ runs, head }: Layout): boolean;
/** One text for each layout. */
declare const layoutKey: (args_0: Layout) => string;
/** What the fit gives to one device: layers in order (the head counts as the last one), of which the last `partial` lack their experts. */
interface DeviceLayers {
    layers: number;
    partial: number;
    /** What the first partial layer lacks, and where that goes. */
    overflow: Overflow;
    overflowTo: Home;
}
declare const noLayers: DeviceLayers;
/** A device as the fit sees it: what may be used of it at most, bytes (free less margin). */
interface Target {
    freeBytes: number;
    marginBytes: number;
}
/** Layout of the given shares: the front of the model stays on the host, each device takes a contiguous run of layers. */
declare function layoutOfShares(blockCount: number, shares: readonly DeviceLayers[]): Layout;
/** Where a load lies: one device and the host, bytes by part. */
interface Estimate {
    device: Parts;
    host: Parts;
}
/** A load as a caller of the library states it; what is left out has llama.cpp's (or Ollama's) default. */
interface LoadInput extends Partial<Omit<Load, 'contextTokensTotal'>> {
    /** Total over all sequences, as llama.cpp's n_ctx. */
    contextTokens: number;
}
type GpuLayers = number | 'all' | 'none';
/** A stock quantization, its load and how many of its layers lie on the device. */
interface EstimateInput extends LoadInput {
    variant: VariantId;
    quantization: Quantization;
    /**
     * Layers on the device as llama.cpp counts them: blocks + 1 for the head. Default `all`. With 0 the device still computes the
     * batches; `none`: there is no device, and the CPU computes them.
     */
    gpuLayers?: GpuLayers;
}
/**
 * Memory that llama.cpp takes for a stock quantization of Gemma 4, bytes by part: within 0.1 % of llama.cpp's own projection
 * when everything is on the device, the device total within 5 % when part of it is on the CPU.
 * Throws FitError `unknown-variant`, `unknown-quantization`, `bad-number` or `usage`.
 */
declare function estimateMemory({ variant, quantization, gpuLayers, ...load }: EstimateInput): Estimate;
/** What llama.cpp puts on one device; bytes by part. */
interface PlacedDevice extends Parts {
    /** Layers here, the head counted as one. */
    layers: number;
}
/** Where llama.cpp puts a model: bytes by part for each device and the host. */
interface LlamaPlacement {
    /** full: all of it on devices; split: a part runs on the CPU; cpu: no layer on any device. */
    mode: RunMode;
    /** As llama.cpp counts: blocks + 1 for the head. */
    gpuLayers: number;
    totalLayers: number;
    /** 26b: layers with some or all experts elsewhere, as llama.cpp counts them. */
    overflowingLayers: number;
    devices: PlacedDevice[];
    host: Parts;
}
/** A model, its load and the devices that it may be put on, in the order of their use. */
interface PlaceInput extends LoadInput {
    variant: VariantId;
    quantization: Quantization;
    /** In the order llama.cpp uses them; margin: what must stay free on each. */
    devices: readonly Target[];
}
/**
 * Where llama.cpp's own fit puts a stock quantization: everything on the devices, in proportion to their free memory, when each
 * keeps its margin; else as many layers as do. No devices: everything on the CPU.
 * Throws FitError `unknown-variant`, `unknown-quantization`, `bad-number` or `usage`.
 */
declare function placeModel({ variant, quantization, devices, ...load }: PlaceInput): LlamaPlacement;
/** Exit codes by name. 1 is never used on purpose: npx and Node use it for their own failures. */
declare const exitCodes: {
    readonly ok: 0;
    readonly usage: 2;
    readonly 'no-fit': 3;
    readonly unknown: 4;
    readonly 'ollama-unavailable': 5;
    readonly 'pull-failed': 6;
    readonly 'verification-differs': 7;
    readonly internal: 70;
    readonly interrupted: 130;
};
type ExitName = keyof typeof exitCodes;
/** What went wrong, as a code that scripts may rely on. The exit code follows from it: see exit.ts. */
type ErrorCode = 'usage' | 'unknown-variant' | 'unknown-quantization' | 'unknown-device' | 'bad-number' | 'bad-file' | 'no-fit' | 'cannot-tell' | 'ollama-unreachable' | 'ollama-too-old' | 'ollama-error' | 'blocked' | 'needs-confirmation' | 'platform' | 'disk-full' | 'pull-failed' | 'tag-taken' | 'verify-failed' | 'interrupted' | 'write-failed' | 'internal';
declare const exitOfError: Record<ErrorCode, ExitName>;
/** The one error class of this package: a code, one sentence, and what to do about it. */
declare class FitError extends Error {
    readonly code: ErrorCode;
    readonly hint: string | null;
    readonly name = "FitError";
    constructor(code: ErrorCode, message: string, hint?: string | null, options?: ErrorOptions);
}
/** An unexpected error as a FitError. */
declare function internalError(error: unknown): FitError;
/** A device that takes part, in placement order (front of the model first). */
interface SpeedDevice {
    backend: Backend;
    /** Nominal; null: not known, and so no prediction. */
    bandwidthBytesPerSecond: number | null;
    /** As the driver writes it: finds classes of hardware and measurements by others. null: not known. */
    name: string | null;
    /** Tells devices of one name apart. */
    memoryBytes: number | null;
    /** CUDA compute capability or LLVM target. */
    architecture: string | null;
    /** As llama.cpp counts: blocks, and the head as one more on the last device. */
    layers: number;
}
/**
 * Where a RAM bandwidth comes from. measured: memory copied just now, bytes read and written; nominal: transfers x width, or a table's
 * figure; assumed: nobody knows, the middle of what such computers have.
 */
type BandwidthBasis = 'measured' | 'nominal' | 'assumed';
/** The processor and its RAM, for the layers that no device holds. */
interface SpeedHost {
    /** Of the RAM; null: not known, and so no prediction for anything that runs on the CPU. */
    bandwidthBytesPerSecond: number | null;
    /** Default: nominal. */
    bandwidthBasis?: BandwidthBasis;
    /** Instruction sets; empty: not known. */
    features: readonly CpuFeature[];
    /** The CPU as the system names it; null or absent: not known. */
    brand?: string | null;
    /** Absent or null: not known. */
    cores?: number | null;
    sockets?: number | null;
}
/** How a model runs: how full its cache is, and where its layers are. */
interface SpeedRun {
    /** Tokens in the cache when the next one is made. */
    depthTokens: number;
    kvType: KvType;
    /** Empty: everything on the CPU. */
    devices: readonly SpeedDevice[];
    host: SpeedHost;
    /** 26b: layers on a device whose experts lie in RAM. */
    overflowingLayers: number;
    /** Tokens that a draft model (MTP) proposes at a time; 0 or absent: no drafting. */
    draftTokens?: number;
}
/** Tokens per second between which a run is expected. */
interface SpeedBand {
    lowTokensPerSecond: number;
    /** The single figure that is most likely; errors on its two sides differ. */
    expectedTokensPerSecond: number;
    highTokensPerSecond: number;
    /** formula: by bytes and bandwidth; class: some of the hardware goes by a class of its own; measured: by others on this chip. */
    basis: 'formula' | 'class' | 'measured';
    /** The CPU is of a kind that slowed a fast card down on another machine: the low end allows for it. */
    slowHost: boolean;
}
/** Tokens of a prompt read per second. */
interface PromptSpeedBand {
    lowTokensPerSecond: number;
    expectedTokensPerSecond: number;
    highTokensPerSecond: number;
    basis: 'formula' | 'measured';
}
/** A computer other than this one. What is not stated comes from `base`. */
interface HypotheticalOptions {
    /** `2x RTX 3090`, `M3 Max 64GB`, `RTX 3090 + RTX 3060`; `none` for a computer without a GPU. */
    gpu?: string;
    /** Device memory, bytes: of each device of `gpu`, of the one device whose memory could not be read, or of one unnamed device. */
    vramBytes?: number;
    ramBytes?: number;
    /** Of the RAM, bytes per second. */
    ramBandwidthBytesPerSecond?: number;
    /** Its source, for display: `DDR5-5600, assumed 2 channels`. */
    ramBandwidthFrom?: string;
    platform?: Platform;
}
/**
 * The machine that the options describe, with everything marked as assumed. Throws FitError: unknown-device (with near names), usage (a
 * size that is not clear, a platform that does not go with the device), bad-number (a size of nothing).
 */
declare function hypotheticalMachine(options: HypotheticalOptions, base?: Machine): Machine;
/** A computer of which nothing is known. */
declare function emptyMachine(): Machine;
/** How a requirement is met. */
declare const requirementOutcomes: readonly ['met', 'failed', 'unknown'];
type RequirementOutcome = (typeof requirementOutcomes)[number];
/** How a build is laid out; none: it is not placed. */
declare const placementModes: readonly ["full", "split", "cpu", "none"];
type PlacementMode = (typeof placementModes)[number];
/** gpu: all on devices. split: part on the CPU. cpu: no device used. no: does not fit. unknown: not measured enough. */
declare const verdicts: readonly ['gpu', 'split', 'cpu', 'no', 'unknown'];
type Verdict = (typeof verdicts)[number];
/**
 * What a speed rests on. formula: bytes over bandwidth; class: a special class's factor; measured: by others on this chip; proof: by verify on
 * this machine; assumed: with a bandwidth that nobody stated, so the band is wide.
 */
declare const speedBases: readonly ['formula', 'class', 'measured', 'proof', 'assumed'];
type SpeedBasis = (typeof speedBases)[number];
/** Why a build does not run here: it is too big; the server is too old; it is made for another platform; a known problem stops it. */
declare const refusals: readonly ['memory', 'server', 'platform', 'problem'];
type Refusal = (typeof refusals)[number];
/** Tokens of an answer per second, as a band around the likeliest figure. */
interface Speed {
    lowTokensPerSecond: number;
    /** The single figure that is most likely. */
    expectedTokensPerSecond: number;
    highTokensPerSecond: number;
    basis: SpeedBasis;
}
/** Tokens of a prompt read per second. */
interface PromptSpeed {
    lowTokensPerSecond: number;
    highTokensPerSecond: number;
}
/** How a llama-server is started so that a model runs as it was calculated. */
interface Launch {
    /** Variables that it needs, `NAME=value`. */
    environment: string[];
    /** What names the model: `-hf`, owner, repository and quantization. */
    model: string[];
    /** `-c`: over all sequences. */
    contextTokensTotal: number;
    /** Everything else. */
    flags: string[];
}
/** Parameters of a tag; null: it does not set them. */
interface FixedByTag {
    /** num_gpu: layers on devices. */
    gpuLayers: number | null;
    /** main_gpu: number of the one device. */
    mainGpu: number | null;
}
/** What distinguishes the MLX builds of one model. */
interface MlxFiles {
    variant: VariantId;
    layout: MlxLayout;
    /**
     * How the per-layer table of E2B and E4B is stored. Default: MXFP8 beside uniform NVFP4 (the builds of October 2026), as the rest in MLX's own
     * formats, bf16 beside all else.
     */
    perLayerTable?: MlxFormat;
}
interface MlxParts {
    textBytes: number;
    drafterBytes: number;
    /** Vision and audio encoders. */
    encoderBytes: number;
}
/** The format of most linear layers. */
declare function mlxFormatOf(layout: MlxLayout): MlxFormat;
/**
 * Bytes of an MLX build's tensors on the disk: weights times the bytes of their format, norms and router in bf16.
 * Source: Ollama x/create (recipes) and the published sizes.
 */
declare function mlxFileBytes({ variant, layout, perLayerTable }: MlxFiles): MlxParts;
/** Bytes of that number of weights in the layout, without a per-layer table. */
declare function mlxStoredBytes(weights: {
    quantizedWeights: number;
    policyWeights: number;
    plainBytes: number;
}, layout: MlxLayout): number;
/** An MLX build and the prompt that it answers. */
interface MlxMemoryInput extends MlxFiles {
    /** Of one conversation; the runner serves one request at a time. */
    promptTokens: number;
    /** Default 0. */
    generatedTokens?: number;
    chipClass: MlxChipClass;
    /** M1 is 1. Default null: not known. */
    chipGeneration?: number | null;
    /** Whether the build has a draft model. Default false. */
    drafter?: boolean;
    /** What the build takes in; image or audio: its encoders are loaded, by versions that can. Default text alone. */
    modalities?: readonly Modality[];
    /** Default: the newest that the tables know. */
    ollamaVersion?: string;
    /** Snapshots that other conversations have left in the prefix cache. Default 0. */
    prefixCacheBytes?: number;
}
/** Bytes. load, cache, score, working and snapshot add up to the peak. */
interface MlxMemory {
    loadBytes: number;
    /** KV cache of the full-attention layers at the peak, and the copy of one layer's while it grows. */
    cacheBytes: number;
    /** Attention scores of one full layer for a whole chunk, and their mask. */
    scoreBytes: number;
    /** Working memory of the layers in flight. */
    workingBytes: number;
    /** Sliding windows kept in the prefix cache at the peak, those of other conversations among them. */
    snapshotBytes: number;
    peakBytes: number;
    /** After the answer, with what the prefix cache keeps. */
    restBytes: number;
}
/**
 * Memory of an MLX build of Gemma 4 in Ollama's runner on Apple Silicon: after loading, at the peak of a cold prompt and at rest after its
 * answer. The peak is what has to fit Metal's recommended working set; beyond it the command buffer is refused and the runner ends.
 * Against the real runner and allocator on an imagined Metal device: 95 % of the peaks within 1.1 %, none over 3 % off; rest within 4 MB,
 * 31b after a prompt shorter than its window within 8.5. Source of the rules: Ollama x/mlxrunner; constants: data/mlx.json.
 * Throws FitError `unknown-variant`, `unknown-quantization` or `bad-number`.
 */
declare function estimateMlxMemory(input: MlxMemoryInput): MlxMemory;
/** What would raise the ceiling of a candidate. */
declare const leverNames: readonly ['kv-q8_0', 'text-only', 'fit-target', 'smaller-build', 'close-process', 'wired-limit'];
type LeverName = (typeof leverNames)[number];
/** What would bring a better model, the cheapest first. */
type UnlockName = 'text-only' | 'close-process' | 'enable-device' | 'unhide-device' | 'newer-driver' | 'device-access' | 'more-ram';
/** Why a verdict is what it is: a code and its arguments; the sentence is made in report/sentences/advice.ts. */
type AdviceFinding = {
    code: 'fits-device';
    needBytes: number;
    marginBytes: number;
    freeBytes: number;
} | {
    code: 'spills';
    gpuLayers: number;
    totalLayers: number;
    missingBytes: number;
}
/** 26b: all layers on the device, the experts of some of them on the CPU. */
 | {
    code: 'experts-on-cpu';
    layers: number;
    totalLayers: number;
    missingBytes: number;
}
/** Nothing of the model is on a device. faster: RAM is; shared-memory-too-small: with its buffers on the GPU it would not fit. */
 | {
    code: 'runs-on-cpu';
    why: 'no-device' | 'device-too-small' | 'faster' | 'shared-memory-too-small';
    needBytes: number;
} | {
    code: 'host-too-small';
    needBytes: number;
    availableBytes: number;
}
/** Device and host are one pool and together they need more than it has. */
 | {
    code: 'pool-too-small';
    needBytes: number;
    availableBytes: number;
}
/** Ollama's own test before it loads an MLX build: the tensors alone against free memory. */
 | {
    code: 'mlx-refused';
    needBytes: number;
    freeBytes: number;
}
/** The peak of a prompt as long as the context, against Metal's working set. */
 | ({
    code: 'mlx-fits';
    promptTokens: number;
    roomBytes: number;
} & MlxMemory)
/** It is loaded all the same, and a prompt of that length ends the runner; ceilingTokens: the longest that does not. */
 | ({
    code: 'mlx-aborts';
    promptTokens: number;
    roomBytes: number;
    ceilingTokens: number | null;
    /** Of prompts that do not end it. */
    speed: {
        lowTokensPerSecond: number;
        expectedTokensPerSecond: number;
        highTokensPerSecond: number;
    } | null;
} & MlxMemory) | {
    code: 'device-memory-unknown';
    device: string;
} | {
    code: 'device-usability-unknown';
    device: string;
} | {
    code: 'host-memory-unknown';
    needBytes: number;
} | {
    code: 'build-bytes-unknown';
    tag: string;
}
/** What the server keeps free, and what it would keep for text only. */
 | {
    code: 'projector-margin';
    marginBytes: number;
    textMarginBytes: number;
    projectorBytes: number;
}
/** The projector does not fit on the device: images are read by the CPU. */
 | {
    code: 'projector-in-ram';
    projectorBytes: number;
    freeBytes: number;
} | {
    code: 'text-only';
    marginBytes: number;
}
/** Text alone was asked for; the build has its encoder in the file of the weights, and Ollama loads both. */
 | {
    code: 'encoder-inside';
    tag: string;
}
/** Reading the largest image takes more than was counted; what is left on the device. */
 | {
    code: 'large-image';
    imageBytes: number;
    remainingBytes: number;
}
/** The draft model does not fit beside the model: Ollama silently runs without it. */
 | {
    code: 'drafter-dropped';
    drafterBytes: number;
    freeBytes: number;
}
/** Another draft length than Ollama's is faster on this backend; 0: none. Factors on the speed without drafts. */
 | {
    code: 'draft-length';
    draftTokens: number;
    usualTokens: number;
    factor: number;
    usualFactor: number;
}
/** CPUs of this kind slowed a fast card down elsewhere. */
 | {
    code: 'slow-host';
    cpu: string;
}
/** Without a GPU: the most that is resident, the mapped file plus the CPU's repacked copy. */
 | {
    code: 'cpu-peak';
    peakBytes: number;
    copyBytes: number;
}
/** This Ollama is newer than any whose llama.cpp is known: memory is computed for the newest known one. */
 | {
    code: 'engine-assumed';
    ollamaVersion: string;
    llamaCpp: string;
} | {
    code: 'micro-batch-lowered';
    from: number;
    to: number;
}
/** Ollama would spread the model; it has to be told to use this one device (`main_gpu`). */
 | {
    code: 'needs-main-gpu';
    device: string;
}
/** Ollama would put it on one device, where it spills; OLLAMA_SCHED_SPREAD on the server spreads it. */
 | {
    code: 'needs-spread';
    devices: number;
}
/** A model is never split over devices of two libraries. */
 | {
    code: 'device-left-out';
    device: string;
    backend: string;
    usedBackend: string;
}
/** Ollama's own guess before the load, next to what the model takes. */
 | {
    code: 'preflight-differs';
    predictedBytes: number;
    needBytes: number;
} | {
    code: 'mmap-off';
    why: MmapOff;
} | {
    code: 'prompt-cache-tight';
    needBytes: number;
    cacheBytes: number;
    checkpointsBytes: number;
    availableBytes: number;
} | {
    code: 'flash-attention-off';
    device: string;
}
/** The tag fixes the number of layers (`num_gpu`): none, or so many that the projector stays in RAM and more of the model fits. */
 | {
    code: 'pinned-layers';
    gpuLayers: number;
    totalLayers: number;
} | {
    code: 'kv-quantized';
    kvType: KvType;
    meanKld: number | null;
} | {
    code: 'context-clamped';
    askedTokens: number;
    contextTokens: number;
} | {
    code: 'above-trained-context';
    contextTokens: number;
    trainedTokens: number;
}
/** A model in memory now, with less context than the use wants. */
 | {
    code: 'loaded-context-short';
    model: string;
    contextTokens: number;
    minimumTokens: number;
} | {
    code: 'server-elsewhere';
    host: string;
}
/** Models in memory now, which Ollama unloads to make room: counted as free. */
 | {
    code: 'held-by-ollama';
    models: string[];
    heldBytes: number;
}
/** The same beside a llama-server, which gets none of it. */
 | {
    code: 'held-beside';
    models: string[];
    heldBytes: number;
}
/** `ollama run TAG` with defaults, next to what a tag made by `pull` can have. */
 | {
    code: 'plain-run';
    contextTokens: number;
    microBatch: number;
    mode: 'full' | 'split' | 'cpu' | 'none';
    ceilingTokens: number | null;
    /** A llama-server's: requests at a time, which share the context. */
    slots?: number;
} | {
    code: 'ceiling';
    ceilingTokens: number | null;
    textCeilingTokens: number | null;
    trainedTokens: number;
} | {
    code: 'lever';
    lever: LeverName;
    ceilingTokens: number;
    /** kv-q8_0: loss; text-only: bytes of the copy; fit-target: value in MiB; smaller-build: its tag; close-process: its name; wired-limit: value in MiB. */
    detail: string | null;
} | {
    code: 'missing-modality';
    modality: Modality;
} | {
    code: 'context-too-short';
    contextTokens: number;
    minimumTokens: number;
} | {
    code: 'too-slow';
    tokensPerSecond: number;
    minimumTokensPerSecond: number;
} | {
    code: 'speed-unknown';
    minimumTokensPerSecond: number;
}
/** Too slow or too weak for that use. */
 | {
    code: 'not-for-use';
    useCase: UseCase;
    tokensPerSecond: number;
    leastTokensPerSecond: number;
}
/** The best that runs, and yet less than the use wants: so many points of 100. */
 | {
    code: 'weak-for-use';
    useCase: UseCase;
    variant: VariantId;
    score: number;
    leastScore: number;
} | {
    code: 'wrong-platform';
    tag: string;
} | {
    code: 'server-too-old';
    tag: string;
    version: string;
    minimumVersion: string;
} | {
    code: 'mlx-build';
    tag: string;
}
/** num_ctx is not a limit: a longer prompt ends the runner. */
 | {
    code: 'mlx-context-open';
    ceilingTokens: number;
}
/** Sliding windows of conversations that are kept, up to a budget; turnBytes: each turn adds one. */
 | {
    code: 'mlx-snapshots';
    tag: string;
    budgetBytes: number;
    turnBytes: number;
    longestTokens: number | null;
} | {
    code: 'mlx-one-request';
    sequences: number;
}
/** Versions of macOS. */
 | {
    code: 'mlx-matrix-units';
    have: string;
    need: string;
}
/** The cache is bf16 whatever was set. */
 | {
    code: 'mlx-cache-type';
    kvType: KvType;
} | {
    code: 'known-problem';
    id: string;
    severity: ProblemSeverity;
    text: string;
    remedy: string;
} | {
    code: 'best-quality';
    variant: VariantId;
    /** The score is their mean. */
    benchmarks: BenchmarkId[];
    score: number;
    useCase: UseCase;
} | {
    code: 'build-choice';
    tag: string;
    over: string;
    why: 'qat' | 'less-loss';
}
/** The MLX build of the same model is faster, but its longest prompt is shorter than the context. */
 | {
    code: 'mlx-faster';
    tag: string;
    lowTokensPerSecond: number;
    highTokensPerSecond: number;
    longestTokens: number;
}
/** The most conversations at that context that stay on devices, and what each of so many gets while all write (null: no basis). */
 | {
    code: 'users';
    most: number;
    contextTokens: number;
    writing: number;
    lowTokensPerSecond: number | null;
    highTokensPerSecond: number | null;
} | {
    code: 'headroom';
    remainingBytes: number;
    ceilingTokens: number | null;
} | {
    code: 'larger-does-not-fit';
    tag: string;
    verdict: string;
    missingBytes: number | null;
    /** The longest context with which it would be fully on the device. */
    ceilingTokens: number | null;
}
/** It would run, but slowly, or at an unknown speed (null). */
 | {
    code: 'larger-too-slow';
    tag: string;
    highTokensPerSecond: number | null;
    wantedTokensPerSecond: number;
}
/** It may reach the wanted speed, but is worth less here: what it loses most by. */
 | {
    code: 'larger-worth-less';
    tag: string;
    by: 'context' | 'speed' | 'quantization';
    contextTokens: number;
    lowTokensPerSecond: number;
    highTokensPerSecond: number;
}
/** A better model that runs partly on the CPU at a good speed. */
 | {
    code: 'larger-split';
    tag: string;
    lowTokensPerSecond: number;
    highTokensPerSecond: number;
}
/** Why it is not comfortable: no model was trained for that context; no known speed is enough; only a split is good enough; nothing fits. */
 | {
    code: 'only-slower';
    why: 'context' | 'speed' | 'split' | 'split-better' | 'nothing-fits';
}
/** On the CPU, with RAM of unknown speed. */
 | {
    code: 'speed-unmeasured';
} | {
    code: 'expected-speed';
    lowTokensPerSecond: number;
    highTokensPerSecond: number;
}
/** With the whole context in use. */
 | {
    code: 'slower-when-full';
    lowTokensPerSecond: number;
    highTokensPerSecond: number;
    contextTokens: number;
}
/** How long a prompt takes that fills the context. */
 | {
    code: 'slow-prompt';
    leastSeconds: number;
    mostSeconds: number;
    contextTokens: number;
}
/** With an assumed bandwidth. */
 | {
    code: 'speed-assumed';
}
/** What would bring a better model, or the same one more quickly: the cheapest change. */
 | {
    code: 'unlock';
    change: UnlockName;
    /** close-process: its name; device changes: the device; more-ram: bytes. */
    detail: string | null;
    /** What has to be set or reached: a variable, a driver version. */
    setting: string | null;
    tag: string;
    contextTokens: number;
    lowTokensPerSecond: number;
    highTokensPerSecond: number;
}
/** Ollama's own choice of devices is slower than another one that it allows. */
 | {
    code: 'faster-placement';
    setting: 'main_gpu' | 'OLLAMA_SCHED_SPREAD' | 'hide-devices' | 'device';
    /** Its placement with the setting. */
    devices: string[];
    /** Its placement without the setting. */
    insteadOf: string[];
    /** hide-devices: what to set in Ollama's environment; main_gpu: it and its number; device: both, of llama-server. */
    variables: string[];
    lowTokensPerSecond: number;
    highTokensPerSecond: number;
    timesAsFast: number;
};
type AdviceCode = AdviceFinding['code'];
type Finding<C extends AdviceCode> = Extract<AdviceFinding, {
    code: C;
}>;
/** Bytes in one place (one device, or the host), by what they are for. */
interface Parts {
    weightsBytes: number;
    kvCacheBytes: number;
    computeBytes: number;
}
/** A load as llama.cpp sees it. */
interface Load {
    /** Total over all sequences, as llama.cpp's n_ctx. */
    contextTokensTotal: number;
    sequences: number;
    /** n_ubatch: tokens computed at once. */
    microBatch: number;
    kvType: KvType;
    flashAttention: boolean;
    /** Generation of llama.cpp; default: that of the newest known Ollama. */
    engine?: Engine;
    /** Build of llama.cpp ("b10864"), where more is known than its generation; default: the last one of that. */
    llamaCpp?: string;
    /** Sliding-window layers keep the whole context (`--swa-full`, LLAMA_ARG_SWA_FULL); default false. */
    swaFull?: boolean;
    /** One cache shared by all sequences (`--kv-unified`; llama-server without `-np`), where Ollama has one for each; default false. */
    kvUnified?: boolean;
    /**
     * What computes: buffers of CUDA and ROCm hold f16 copies of a quantized KV cache and, for 26b, what fused steps read; newer ones of Metal hold
     * such copies of any KV cache. Default: none, as llama.cpp's own projection tells them for a device that asks for nothing more.
     */
    backend?: LoadBackend;
}
/** Backends of llama.cpp whose compute buffers are known to differ, and those that are known not to. */
declare const loadBackends: readonly ['cuda', 'rocm', 'vulkan', 'metal'];
type LoadBackend = (typeof loadBackends)[number];
/** Who makes a GPU or chip. */
declare const vendors: readonly ['nvidia', 'amd', 'intel', 'apple', 'other'];
type Vendor = (typeof vendors)[number];
/** discrete: with memory of its own. integrated: a part of the CPU. unified: one memory for both. */
declare const acceleratorKinds: readonly ['discrete', 'integrated', 'unified'];
type AcceleratorKind = (typeof acceleratorKinds)[number];
/** What Ollama drives a GPU with; none: with nothing. */
declare const backends: readonly ['cuda', 'rocm', 'metal', 'vulkan', 'sycl', 'none'];
type Backend = (typeof backends)[number];
/** How a model that runs is laid out: on devices, shared with the CPU, on the CPU. */
declare const runModes: readonly ['full', 'split', 'cpu'];
type RunMode = (typeof runModes)[number];
/** How bad a known problem is, the worst first. */
declare const problemSeverities: readonly ['blocker', 'wrong', 'slow', 'note'];
type ProblemSeverity = (typeof problemSeverities)[number];
/** Builds of the library whose tag was filled anew: A up to September 2026, B since. */
declare const buildGenerations: readonly ['A', 'B'];
type BuildGeneration = (typeof buildGenerations)[number];
/** Why Ollama reads a model's file into memory instead of mapping it: server-rules/mmap.ts. */
declare const mmapOffReasons: readonly ['cpu', 'windows-cuda', 'metal-partial', 'host-pressure'];
type MmapOff = (typeof mmapOffReasons)[number];
/** dense: 12b and 31b. moe: 26b. small: e2b and e4b, with their short layers. */
declare const speedClasses: readonly ['dense', 'moe', 'small'];
/**
 * How the linear layers of an MLX build are stored. nvfp4u: all of them NVFP4. nvfp4p: Ollama's policy, which keeps the head and part of the
 * value, down and expert projections at MXFP8. affineN: MLX's own N-bit format in groups of 64.
 */
declare const mlxLayouts: readonly ['nvfp4u', 'nvfp4p', 'mxfp8', 'bf16', 'affine4', 'affine5', 'affine6', 'affine8'];
declare const mlxFormats: readonly ['nvfp4', 'mxfp8', 'bf16', 'affine4', 'affine5', 'affine6', 'affine8'];
/** Chips that fill command buffers alike: 40 operations or 40 MB, as MLX's source says of base and Pro, against 50 and 50. Which chip is which: mlxChipClass. */
declare const mlxChipClasses: readonly ['base-pro', 'max-ultra'];
type MlxLayout = (typeof mlxLayouts)[number];
type MlxFormat = (typeof mlxFormats)[number];
type MlxChipClass = (typeof mlxChipClasses)[number];
/** What a model takes in. */
declare const modalities: readonly ['text', 'image', 'audio', 'video'];
type Modality = (typeof modalities)[number];
/** Benchmarks of Google's model cards. */
declare const benchmarkIds: readonly ['mmluPro', 'aime2026', 'liveCodeBenchV6', 'codeforcesElo', 'gpqaDiamond', 'tau2', 'tau2Retail', 'humanitysLastExam', 'bigBenchExtraHard', 'mmmlu', 'mmmuPro', 'mathVision', 'omniDocBench15', 'mrcrV2At128k', 'lmArenaText'];
type BenchmarkId = (typeof benchmarkIds)[number];
/** Features of Ollama that came with a version; data/runtimes.json says with which (`gates`). */
declare const gateFeatures: readonly ['gemma4', 'flash-attention', 'mlx', 'mlx-draft', 'llama-server', 'gemma4-12b', 'qat', 'mtp', 'driver-floor', 'projector-margin', 'small-models-split', 'gguf-draft', 'mlx-vision', 'mlx-snapshots-evicted', 'manifest-lists', 'gguf-conversion'];
type GateFeature = (typeof gateFeatures)[number];
/** measured: read just now from the thing itself; reported: a driver or OS says so; assumed: a rule or the user says so. */
declare const confidences: readonly ['measured', 'reported', 'assumed'];
type Confidence = (typeof confidences)[number];
/** A process that holds device memory, by name if the driver reports it; bytes null: amount not reported. */
interface MemoryHolder {
    name: string;
    bytes: number | null;
}
/** A GPU, or the graphics part of a chip. */
interface Accelerator {
    /** Unique within one Machine and free of serials and UUIDs: `nvidia:0`, `amd:card1`, `apple:0`. */
    id: string;
    vendor: Vendor;
    name: string;
    kind: AcceleratorKind;
    /** What Ollama would drive it with; `none` when nothing can. */
    backend: Backend;
    memory: {
        totalBytes: number | null;
        freeBytes: number | null;
    };
    /** Nominal memory bandwidth, bytes per second; null when no table row or reading gives it. */
    bandwidthBytesPerSecond: number | null;
    /** CUDA compute capability (`8.9`) or LLVM target (`gfx1100`); null when unknown or not applicable. */
    architecture: string | null;
    driverVersion: string | null;
    /** Whether Ollama would use it; null: unknown. */
    usable: boolean | null;
    /** Why not (or why it is unknown). null when usable. */
    reason: MachineFinding | null;
    /** Memory that the backend takes for itself out of what is free here, before the model loads: estimated, bytes. */
    overheadBytes: number;
    holders: MemoryHolder[];
    source: string;
    confidence: Confidence;
}
/** Which limit applies below the installed memory; app: what a phone lets one app have. */
declare const memoryLimiters: readonly ['none', 'cgroup', 'wsl', 'ulimit', 'vm', 'user', 'app'];
type MemoryLimiter = (typeof memoryLimiters)[number];
/** How a bandwidth is known that neither modules nor a table give. */
declare const bandwidthBases: readonly ['measured', 'assumed'];
/** The RAM, and what a new process may take of it. */
interface MachineMemory {
    totalBytes: number | null;
    /** What a new process could take now without swapping, inside every limit. */
    availableBytes: number | null;
    /** The tightest limit below totalBytes; null when there is none. */
    limitBytes: number | null;
    limitedBy: MemoryLimiter;
    bandwidthBytesPerSecond: number | null;
    /** measured: copied just now; assumed: what such computers have. Absent: nominal, from modules or a table. */
    bandwidthBasis?: (typeof bandwidthBases)[number] | undefined;
}
/** The processor; cores of all sockets together. */
interface Cpu {
    brand: string | null;
    physicalCores: number | null;
    threads: number | null;
    /** CPU quota of the container or job in cores; null when unlimited. */
    quotaCores: number | null;
    /** Instruction sets that matter for inference: avx2, avx512f, neon, ... */
    flags: CpuFeature[];
    /** Processors on the board; absent: one, or not known. */
    sockets?: number | undefined;
}
type Platform = KnownPlatform | 'other';
/** Surroundings that affect what the readings mean. */
declare const environments: readonly ['wsl', 'container', 'kubernetes', 'vm', 'rosetta', 'ci', 'phone'];
/** The operating system, and what it runs in. */
interface Os {
    platform: Platform;
    /** Node's arch, corrected for Rosetta: x64, arm64, ... */
    arch: string;
    name: string | null;
    version: string | null;
    environment: (typeof environments)[number][];
}
/** The disk that models are stored on. */
interface Disk {
    /** Nearest existing parent of Ollama's models folder; null when unknown. */
    path: string | null;
    freeBytes: number | null;
    totalBytes: number | null;
    source: string;
}
/** The server that answered, if one did. */
interface OllamaServer {
    /** Address with scheme and port, no credentials. */
    host: string;
    /** A remote server: local probes say nothing about its hardware. */
    remote: boolean;
    version: string;
    /** gemma4 models it has, as /api/tags names them. */
    installed: {
        name: string;
        sizeBytes: number;
        digest: string | null;
        modifiedAt: string | null;
    }[];
    /** Models in memory now (/api/ps). */
    loaded: {
        name: string;
        sizeBytes: number;
        deviceBytes: number;
        contextTokens: number | null;
    }[];
}
/** One raw fact, kept whether or not it won. */
interface Evidence {
    /** What it says something about: `memory.total`, `nvidia:0.memory.free`, `cpu.brand`. */
    subject: string;
    value: string | number | boolean | null;
    source: string;
    confidence: Confidence;
    chosen: boolean;
    /** For conflicting readings: the rule that decided. */
    rule: string | null;
}
/** A computer: what was read of it, with the source of every reading. */
interface Machine {
    os: Os;
    cpu: Cpu;
    memory: MachineMemory;
    accelerators: Accelerator[];
    disk: Disk | null;
    ollama: OllamaServer | null;
    evidence: Evidence[];
    warnings: MachineFinding[];
}
/**
 * What the probes found worth saying: a code and its arguments. The sentence is made in report/sentences/machine.ts,
 * whose table is checked against this union, so that a new code does not compile until it has one.
 */
type MachineFinding = 
/** A program or file is there but does not answer as it should. */
{
    code: 'probe-failed';
    probe: string;
    detail: string;
} | {
    code: 'probe-timeout';
    probe: string;
    timeoutMs: number;
}
/** A driver is installed and broken: not the same as "no GPU". */
 | {
    code: 'driver-broken';
    vendor: string;
    detail: string;
}
/** The kernel sees the card, but the program that reads its memory is missing (containers, minimal systems). */
 | {
    code: 'tool-missing';
    vendor: string;
    tool: string;
    device: string;
}
/** The card is on the bus and no driver that can compute has taken it. */
 | {
    code: 'driver-missing';
    vendor: string;
    device: string;
}
/** Zero, negative or absurd: not used. */
 | {
    code: 'reading-implausible';
    subject: string;
    value: string;
    source: string;
} | {
    code: 'memory-unknown';
    device: string;
}
/** Nothing reports how much of the device's memory others hold: all but the backend's own share counts as free. */
 | {
    code: 'free-assumed';
    device: string;
    overheadBytes: number;
}
/** The GPU of a virtual machine: for display, with little or no compute. */
 | {
    code: 'virtual-gpu';
    device: string;
}
/** The driver works, but its compute device node is missing (not passed into a container, module not loaded). */
 | {
    code: 'device-node-missing';
    vendor: string;
    path: string;
}
/** A program answered in a shape that is not known, or was cut off. */
 | {
    code: 'output-unreadable';
    probe: string;
    detail: string;
}
/** The environment hides a card. */
 | {
    code: 'device-hidden';
    device: string;
    variable: string;
    value: string;
}
/** Whole numbers in CUDA_VISIBLE_DEVICES count fastest first, nvidia-smi counts by bus: with unlike cards that may differ. */
 | {
    code: 'device-order-unclear';
    variable: string;
    value: string;
}
/** Split card: a process gets one instance. */
 | {
    code: 'mig-instance';
    device: string;
    profile: string;
}
/** MIG mode is on, but no instance exists or can be seen. */
 | {
    code: 'mig-without-instance';
    device: string;
}
/** The device has no memory of its own: the pool is RAM, less a reserve. */
 | {
    code: 'unified-memory';
    device: string;
    reserveBytes: number;
}
/** Memory clock times bus width disagrees with the table; the smaller value is used. */
 | {
    code: 'bandwidth-differs';
    device: string;
    tableBytesPerSecond: number;
    clockBytesPerSecond: number;
} | {
    code: 'driver-too-old';
    vendor: string;
    driver: string;
    required: string;
} | {
    code: 'architecture-unsupported';
    vendor: string;
    architecture: string;
    required: string;
}
/** Ollama leaves integrated GPUs alone unless the server has this variable set. */
 | {
    code: 'integrated-dropped';
    variable: string;
} | {
    code: 'backend-missing';
    backend: string;
    platform: string;
}
/** Works through Vulkan only, which is switched off on this server. */
 | {
    code: 'backend-disabled';
    backend: string;
    variable: string;
} | {
    code: 'usability-unknown';
    missing: string;
} | {
    code: 'architecture-overridden';
    variable: string;
    value: string;
    architecture: string;
}
/** A limit below the installed memory holds. */
 | {
    code: 'memory-limited';
    limitedBy: string;
    limitBytes: number;
    totalBytes: number | null;
    source: string;
}
/** Linux inside Windows sees part of the RAM; the Windows side may run its own Ollama. */
 | {
    code: 'wsl-memory';
    totalBytes: number | null;
} | {
    code: 'ram-unknown';
}
/** ZFS keeps this much as cache above its least: counted as available. */
 | {
    code: 'zfs-cache';
    bytes: number;
}
/** Reserved as huge pages, which a model does not use. */
 | {
    code: 'huge-pages';
    bytes: number;
}
/** The memory was measured while other programs used it: samples differ. */
 | {
    code: 'memory-busy';
    bestBytesPerSecond: number;
    middleBytesPerSecond: number;
}
/** A setting of the Ollama service changes how much memory a model takes or where it goes. */
 | {
    code: 'server-setting';
    setting: ServerSettingKind;
    variable: string;
    value: string;
    source: string;
}
/** Ollama's last start found the CPU only, though a GPU is there that it should use. */
 | {
    code: 'runtime-saw-no-gpu';
    device: string;
    source: string;
}
/** A slice of a card for a virtual machine, of a kind that has no CUDA. */
 | {
    code: 'vgpu-profile';
    profile: string;
}
/** A GPU of the host behind virtio with Venus. */
 | {
    code: 'host-gpu';
    device: string;
}
/** Linux of a container program in a virtual machine on a desktop. */
 | {
    code: 'desktop-vm';
    program: string;
    host: string;
}
/** A variable hides a card from CUDA or ROCm and Vulkan still sees it. */
 | {
    code: 'hidden-from-one';
    device: string;
    variable: string;
}
/** A phone: no Ollama runs there, and an app gets a share of the RAM. */
 | {
    code: 'phone';
    device: string;
    totalBytes: number;
    appBytes: number;
}
/** Not measured: disabled by the user. */
 | {
    code: 'hypothetical';
    what: string;
};
/** What a setting of the server changes. */
type ServerSettingKind = 'cache-type' | 'parallel' | 'fit-target' | 'swa-full' | 'flash-attention' | 'context-length';
type MachineCode = MachineFinding['code'];
/** The Gemma 4 models, in order of size. */
declare const variantIds: readonly ['e2b', 'e4b', '12b', '26b', '31b'];
type VariantId = (typeof variantIds)[number];
/** What runs a model: Ollama, or a llama-server of one's own. */
declare const runtimeIds: readonly ['ollama', 'llama.cpp'];
type Runtime = (typeof runtimeIds)[number];
/** Storage type of the KV cache, by llama.cpp's name. */
declare const kvTypes: readonly ['f16', 'q8_0', 'q4_0'];
type KvType = (typeof kvTypes)[number];
/** Bytes of one K or V element: ggml's block_q8_0 takes 34 bytes and block_q4_0 18 for 32 elements (ggml-common.h). */
declare const kvBytesPerElement: Record<KvType, number>;
/** Generations of llama.cpp whose memory differs, by the first version of each that was measured, oldest first. */
declare const engines: readonly ['v0.5.0', 'v0.6.0', 'v0.8.0'];
type Engine = (typeof engines)[number];
/** Stock llama.cpp quantizations that data/weights.json has bytes for, smallest first. */
declare const quantizations: readonly ['Q2_K', 'Q3_K_M', 'IQ4_XS', 'Q4_0', 'Q4_K_S', 'Q4_K_M', 'Q5_K_M', 'Q6_K', 'Q8_0', 'BF16'];
type Quantization = (typeof quantizations)[number];
/** Instruction sets that llama.cpp has kernels for, and those that distinguish an old CPU from an unknown one. */
declare const cpuFeatures: readonly ['sse2', 'sse4_2', 'avx', 'avx2', 'f16c', 'fma', 'bmi2', 'avx_vnni', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_tile', 'amx_int8', 'amx_bf16', 'neon', 'fp16', 'dotprod', 'i8mm', 'bf16', 'sve', 'sve2', 'vsx', 'rvv'];
type CpuFeature = (typeof cpuFeatures)[number];
/** Operating systems that Ollama runs on, by Node's names. */
declare const knownPlatforms: readonly ['linux', 'darwin', 'win32'];
type KnownPlatform = (typeof knownPlatforms)[number];
/** What a model is wanted for. */
declare const useCases: readonly ['chat', 'code', 'agent', 'vision', 'audio', 'long'];
type UseCase = (typeof useCases)[number];
/** Contexts that tables and completion step through, tokens of one sequence: 4K to 256K, doubling. */
declare const contextSteps: readonly [4096, 8192, 16384, 32768, 65536, 131072, 262144];
/** What the person asked for. null: open, the tool chooses and says so; what leftOpen names, the machine's Ollama service sets. */
interface CheckRequest {
    /** Total over all sequences. null: what suits the use and the machine. max: the longest that keeps the placement. */
    contextTokensTotal: number | 'max' | null;
    kvType: KvType;
    sequences: number;
    leftOpen?: readonly ('kvType' | 'sequences')[];
    useCase: UseCase | null;
    minimumTokensPerSecond: number | null;
    requirements: Requirement[];
    /** null: Ollama's own rule. */
    microBatch: number | null;
    /** Whether images (or audio) are wanted, so that the projector is on the device. null: as the build ships it. */
    vision: boolean | null;
    /** Server version to answer for; null: the one that answered, else the newest known. */
    ollamaVersion: string | null;
    /** The kind of server to answer for; default: Ollama. */
    runtime?: Runtime;
    /** What an installed tag fixes of its placement, so that nothing is left to choose; absent: the tool chooses. */
    fixed?: FixedByTag;
    /** As many conversations at a time as stay fully on devices, whatever `sequences` says; default: no. */
    mostSequences?: boolean;
}
/** `26b@32k`, `26b:q8_0@64k`, `26b@32k:gpu`, `vision@16k`, `31b@32k>=20tps`. */
interface Requirement {
    text: string;
    variant: VariantId | null;
    /** Build label or quantization as typed, lower case; null: any. */
    build: string | null;
    /** `:gpu`: it must be fully on devices. */
    onDevice: boolean;
    useCase: UseCase | null;
    /** Of one sequence. */
    contextTokensPerSequence: number | null;
    minimumTokensPerSecond: number | null;
}
/** How one requirement is met, by which candidate, and why. */
interface RequirementResult {
    requirement: Requirement;
    outcome: RequirementOutcome;
    /** Tag of the candidate that decided, null when none could be tried. */
    tag: string | null;
    /** With which it was decided, of one sequence: where the requirement leaves it open, one that meets it. */
    contextTokensPerSequence: number | null;
    /** Why that one does not run, where it does not. */
    refusal: Refusal | null;
    reasons: AdviceFinding[];
}
/** A request resolved for one model. */
interface Workload {
    /** Over all sequences, within the limits of the model and the server. */
    contextTokensTotal: number;
    /** What was requested over all sequences, before these limits. */
    askedTokensTotal: number;
    kvType: KvType;
    sequences: number;
    /** null: Ollama's rule, lowered where that makes the model fit. */
    microBatch: number | null;
    /** false: no projector is loaded. null and true: the build's own projector is. */
    vision: boolean | null;
    /** Layers on devices as the tag fixes them (null: as the server lays them); absent: the tool chooses. */
    fixedLayers?: number | null;
}
/** The workload of a candidate, fully decided. */
interface SettledWorkload {
    contextTokensTotal: number;
    /** num_ctx: of each sequence. */
    contextTokensPerSequence: number;
    kvType: KvType;
    sequences: number;
    vision: boolean;
    microBatch: number;
}
/** Parts of a need, including projector and draft model. */
interface NeedParts extends Parts {
    projectorBytes: number;
    drafterBytes: number;
}
/** What a build takes in all, wherever it is placed: on devices, and in RAM. */
interface Need {
    device: NeedParts;
    host: NeedParts;
}
/** What lies on one device; bytes by part. */
interface DevicePlacement extends NeedParts {
    /** Accelerator.id */
    accelerator: string;
    layers: number;
    freeBytes: number;
    marginBytes: number;
    /** free - everything placed here, before the margin is taken off. */
    remainingBytes: number;
}
/** Where the server puts a build: layers and bytes for each device and for RAM. */
interface Placement {
    mode: PlacementMode;
    /** As llama.cpp counts: blocks + 1 for the head. */
    gpuLayers: number;
    totalLayers: number;
    /** 26b: layers on a device whose experts run on the CPU. */
    overflowingLayers: number;
    devices: DevicePlacement[];
    host: NeedParts;
}
/** What a candidate is worth for a use, in points: the sum of its parts (data/advice.json). */
interface Value {
    points: number;
    /** Mean of the use's benchmarks, of 100. */
    quality: number;
    /** What quantization of the weights costs, 0 or less. */
    weightLoss: number;
    /** What a quantized KV cache costs, 0 or less. */
    cacheLoss: number;
    /** A little above 0 over the wanted speed, increasingly negative below it. */
    speed: number;
    /** What a shorter context than wanted costs, 0 or less. */
    context: number;
    /** What a fragile placement costs, 0 or less. */
    fragility: number;
    /** The speed that counts: with half of the context in use; cautious for splits and the CPU. */
    tokensPerSecond: number;
}
/** One build on the machine: what it needs, where it lies, how fast it is and whether it runs. */
interface Candidate {
    variant: VariantId;
    /** Build id in data/builds.json, e.g. `26b-a4b-it-qat`. */
    build: string;
    /** What to give `ollama pull`: `gemma4:26b-a4b-it-qat`. */
    tag: string;
    quantization: string;
    downloadBytes: number | null;
    workload: SettledWorkload;
    need: Need;
    placement: Placement;
    /** Largest context that stays fully on the device; null when no context does. */
    ceilingTokens: number | null;
    /** At the start of a conversation; null where it does not run. */
    speed: Speed | null;
    /** With the whole context in use. */
    speedAtFullContext: Speed | null;
    /** null: no such chip was measured. */
    promptSpeed: PromptSpeed | null;
    /** null where it does not run. */
    value: Value | null;
    verdict: Verdict;
    /** Whether it runs at a usable speed, with this context or a shorter one: what the requirement of its tag comes to. */
    runs: RequirementOutcome;
    /** The same fully on devices, as with `:gpu`. */
    fits: RequirementOutcome;
    /** Why not, where the verdict is no. */
    refusal: Refusal | null;
    /** Each of several conversations while all of them write, with short contexts; absent for one; null: no basis. */
    speedTogether?: Omit<Speed, 'basis'> | null;
    /** Where a llama-server is answered for; absent otherwise, and for what does not run. */
    launch?: Launch;
    reasons: AdviceFinding[];
}
/** An alternative, compared with the recommended one. */
interface Alternative {
    variant: VariantId;
    build: string;
    tag: string;
    verdict: Verdict;
    contextTokensTotal: number;
    contextTokensPerSequence: number;
    speed: Speed | null;
    /** Its expected speed over that of the recommended one. */
    timesAsFast: number;
    /** Its quality for the use less that of the recommended one, points. */
    qualityDifference: number;
    launch?: Launch;
}
/** The candidate to take, with the reasons for it. */
interface Recommendation extends Candidate {
    /** Where several were asked about: the most conversations at a time at this context that stay fully on devices; null: cannot be told. */
    mostSequences?: number | null;
    because: AdviceFinding[];
}
/** What happens without this tool: `ollama run TAG`, or `llama-server -hf`, with the server's defaults. */
interface DefaultRun {
    contextTokens: number;
    microBatch: number;
    mode: PlacementMode;
    /** A llama-server's: requests at a time, which share the context. */
    slots?: number;
}
/** Answers that are better in one respect than the recommended one. */
interface Alternatives {
    /** The best model that runs at a usable speed. */
    bestQuality: Alternative | null;
    /** The best of those that are at least twice as fast. */
    faster: Alternative | null;
    /** A step or more of context beyond the recommended one, on the device. */
    longerContext: Alternative | null;
}
/** The `--json` body. Integers in bytes, null for unknown, lower-case words. */
interface CheckResult {
    schemaVersion: '1.0';
    tool: {
        name: 'gemma-fit';
        version: string;
    };
    data: {
        version: string;
        ageDays: number;
    };
    machine: Machine;
    request: Omit<CheckRequest, 'leftOpen' | 'fixed'>;
    candidates: Candidate[];
    recommendation: Recommendation | null;
    /** Other answers worth naming; null where the recommendation is already it. */
    alternatives: Alternatives;
    /** The cheapest change that would bring a better model; null: there is none. */
    unlock: Finding<'unlock'> | null;
    plainRun: DefaultRun | null;
    requirements: RequirementResult[];
    warnings: (AdviceFinding | MachineFinding)[];
}
export type { Candidate, CheckRequest, CheckResult };
export { type ErrorCode, FitError };
export type { HypotheticalOptions };
export type { Accelerator, Machine };
export { type LlamaPlacement, type PlaceInput, placeModel };
export { type Estimate, type EstimateInput, estimateMemory };
export { estimateMlxMemory, type MlxMemory, type MlxMemoryInput };
export { type MlxSpeedQuestion, predictMlxPromptSpeed, predictMlxSpeed };
export type { SpeedBand };
export type { SpeedDevice, SpeedHost };
export type { KvType, Parts, Quantization, VariantId };
/** How this computer is read. */
export interface ProbeThisOptions {
    /** Environment to read OLLAMA_HOST, CUDA_VISIBLE_DEVICES and the like from. Default: the process's own. */
    env?: Readonly<Record<string, string | undefined>>;
    /** Copy memory for half a second to learn the RAM's bandwidth, and remember it for `gemma-fit check`. Default false. */
    measure?: boolean;
}
/** What this computer is: accelerators, memory and its limits, disk, the Ollama server if one answers. Never throws; takes under 3 s. */
export declare function probe({ env, measure }?: ProbeThisOptions): Promise<Machine>;
/** A request for `check`; open fields are chosen as `gemma-fit check` does. */
export interface LibraryRequest extends Partial<Omit<CheckRequest, 'contextTokensTotal' | 'fixed'>> {
    /** Total over all sequences, as for `estimateMemory`. */
    contextTokens?: CheckRequest['contextTokensTotal'];
}
/**
 * Which Gemma 4 builds that machine can run and which one to take; open fields are chosen as `gemma-fit check` does. Pure except for the
 * age of the tables. Throws FitError `bad-number` or `usage` for an impossible request.
 */
export declare function check(machine: Machine, { contextTokens, ...request }?: LibraryRequest): CheckResult;
/**
 * A computer that is not this one: `{ gpu: '2x RTX 3090', ramBytes: 64 * 2 ** 30 }`, `{ gpu: 'M3 Max 64GB' }`, `{ gpu: 'none' }`. Throws
 * FitError `unknown-device` (with near names), `usage` (a size that is not clear) or `bad-number`.
 */
export declare function simulate(options: HypotheticalOptions): Machine;
/** A device that runs a model fully on its GPU, at the best build that it holds. Bytes, tokens, tokens per second. */
export interface NeededHardware {
    name: string;
    vendor: string;
    memoryBytes: number;
    tag: string;
    /** Longest context there; null: none. */
    ceilingTokens: number | null;
    speed: {
        lowTokensPerSecond: number;
        highTokensPerSecond: number;
    } | null;
}
/**
 * Which hardware of the table runs a model fully on its GPU, the smallest first. Open fields are chosen as `gemma-fit needs` does. Throws
 * FitError `bad-number` or `usage` for an impossible request.
 */
export declare function needs(variant: VariantId, { contextTokens, ...request }?: LibraryRequest): NeededHardware[];
/** A run whose speed is asked: which model, how full its cache is, and where its layers are. */
export interface LibrarySpeedQuestion extends SpeedRun {
    variant: VariantId;
    quantization: Quantization;
}
/**
 * Tokens per second as a band, for a run that is laid out as `placeModel` says: `devices` with their layers, in placement order. null where a
 * bandwidth is not known. Throws FitError `unknown-quantization` for one that the table does not have.
 */
export declare function predictSpeed({ variant, quantization, ...question }: LibrarySpeedQuestion): SpeedBand | null;
