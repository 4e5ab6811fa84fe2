import { describe, expect, it } from 'vitest';
import { parseLoadLog } from '../../../src/ollama/verify/log.ts';
import { readServerLog } from '../../../src/ollama/verify/log-source.ts';

const MiB = 1024 ** 2;

const older = `time=1 level=INFO msg="starting llama-server" cmd="/usr/lib/ollama/llama-server -c 4096 -np 1 -b 512 -ub 512"
load_tensors: CUDA0 model buffer size = 9999.00 MiB
`;
const gpu = `time=1 level=INFO source=routes.go:1951 msg="server config" env="map[CUDA_VISIBLE_DEVICES: HTTP_PROXY: OLLAMA_CONTEXT_LENGTH:0 OLLAMA_FLASH_ATTENTION:false OLLAMA_HOST:http://127.0.0.1:11434 OLLAMA_KV_CACHE_TYPE:q8_0 OLLAMA_LLM_LIBRARY:a b OLLAMA_MODELS:/home/me/models OLLAMA_VULKAN:true]"
time=2 level=INFO source=types.go:32 msg="inference compute" id=0 library=CUDA compute=8.9 name=CUDA0 description="NVIDIA GeForce RTX 4090"
${older}time=3 level=INFO msg="disabling mmap for llama-server load by default" reason=cpu
time=3 level=INFO source=llama_server.go:433 msg="starting llama-server" cmd="/usr/lib/ollama/llama-server --model /m/blobs/sha256-ab --port 1 -c 32768 -np 2 --flash-attn auto --cache-type-k q8_0 --cache-type-v q8_0 --mmproj /m/blobs/sha256-cd -b 1024 -ub 1024"
using device CUDA0 (NVIDIA GeForce RTX 4090) (0000:01:00.0) - 15221 MiB free
common_params_fit_impl: projected to use 9120 MiB of device memory vs. 15221 MiB of free device memory
common_params_fit_impl: will leave 6101 >= 2359 MiB of free device memory, no changes needed
load_tensors: offloaded 49/49 layers to GPU
load_tensors:        CUDA0 model buffer size =  6956.38 MiB
load_tensors:   CPU_Mapped model buffer size =   787.50 MiB
llama_context:  CUDA_Host  output buffer size =     1.00 MiB
llama_kv_cache:      CUDA0 KV buffer size =   512.00 MiB
llama_kv_cache:      CUDA0 KV buffer size =   480.00 MiB
sched_reserve:      CUDA0 compute buffer size =   517.00 MiB
sched_reserve:  CUDA_Host compute buffer size =    23.51 MiB
reserve_compute_meta:      CUDA0 compute buffer size =    13.53 MiB
reserve_compute_meta:  CUDA_Host compute buffer size =     2.00 MiB
reserve_compute_meta:      CUDA0 compute buffer size =    58.59 MiB
[mtmd] estimated worst-case memory usage of mmproj is 1191.71 MiB
srv    load_model: prompt cache is enabled, size limit: 8192 MiB
`;

const cpu = `time=1 msg="starting llama-server" cmd="/x/llama-server -c 4096 -np 1 --load-mode none --flash-attn auto -b 512 -ub 512"
common_params_fit_impl: projected to use 9 MiB of host memory vs. 24105 MiB of total host memory
load_tensors: offloaded 7/7 layers to GPU
load_tensors:          CPU model buffer size =     1.36 MiB
llama_kv_cache:        CPU KV buffer size =     1.00 MiB
sched_reserve:        CPU compute buffer size =     6.14 MiB
`;

describe('the server log', () => {
  it.each([
    ['darwin', { homeDir: '/Users/me' }],
    ['win32', { env: { LOCALAPPDATA: 'C:\\L' } }],
  ] as const)('the server log is read from its end on %s, however long it is', async (platform, place) => {
    const read = async (_path: string, _maxBytes?: number, from = 'start') => from;
    const run = async () => ({ kind: 'missing' as const });
    expect(await readServerLog({ platform, env: {}, homeDir: null, run, read, ...place })).toBe('end');
  });

  const log = parseLoadLog(gpu);

  it('the server log is null without a load', () => {
    expect(parseLoadLog('')).toBeNull();
    expect(parseLoadLog('time=1 msg="server config" env="map[]"')).toBeNull();
  });

  it('the server log gives the last load only, device and host apart, both KV caches', () => {
    expect(log?.device).toEqual({
      weightsBytes: Math.round(6956.38 * MiB),
      kvCacheBytes: 992 * MiB,
      computeBytes: 517 * MiB,
    });
    expect(log?.host).toEqual({ weightsBytes: 787.5 * MiB, kvCacheBytes: 0, computeBytes: Math.round(24.51 * MiB) });
    expect(log?.offloaded).toEqual({ layers: 49, totalLayers: 49 });
  });

  it('the server log gives the command line', () => {
    expect(log?.command).toEqual({
      contextTokens: 32_768,
      parallel: 2,
      microBatch: 1024,
      flashAttention: 'auto',
      kvType: 'q8_0',
      projector: true,
      projectorOnCpu: false,
      weightsFile: null,
    });
  });

  it('the server log gives the file of weights, not the projector’s, from paths with spaces too', () => {
    const [weights, projector] = ['a'.repeat(64), 'b'.repeat(64)];
    const fileOf = (flags: string) =>
      parseLoadLog(`msg="starting llama-server" cmd="/x/llama-server ${flags}"\n`)?.command?.weightsFile;
    const mmproj = `--mmproj /m/blobs/sha256-${projector}`;
    expect(fileOf(`--model /m/blobs/sha256-${weights} ${mmproj}`)).toBe(weights);
    expect(fileOf(`${mmproj} -m C:\\\\Users\\\\A B\\\\blobs\\\\sha256-${weights} -c 4096`)).toBe(weights);
    expect(fileOf(`--model /m/gemma.gguf ${mmproj}`)).toBeNull();
  });

  it('the server log gives llama.cpp’s own sum and margin, the projector and the prompt cache', () => {
    expect(log?.fit).toEqual({ projectedBytes: 9120 * MiB, freeBytes: 15_221 * MiB, marginBytes: 2359 * MiB });
    expect(log?.devices).toEqual([{ name: 'CUDA0', freeBytes: 15_221 * MiB }]);
    expect(log?.projectorScratchBytes).toBe(Math.round(13.53 * MiB) + Math.round(58.59 * MiB));
    expect(log?.projectorBytes).toBe(Math.round(1191.71 * MiB));
    expect(log?.promptCacheBytes).toBe(8192 * MiB);
    expect(log?.notes).toEqual(['mmap-off']);
  });

  it('the server log gives what of the server’s environment changes a load; no folders, no addresses', () => {
    expect(log?.serverEnv).toEqual({
      OLLAMA_CONTEXT_LENGTH: '0',
      OLLAMA_FLASH_ATTENTION: 'false',
      OLLAMA_KV_CACHE_TYPE: 'q8_0',
      OLLAMA_LLM_LIBRARY: 'a b',
      OLLAMA_VULKAN: 'true',
    });
  });

  it('the server log: on a CPU nothing lies on a device, though llama.cpp says "offloaded 7/7"', () => {
    expect(parseLoadLog(cpu)).toMatchObject({
      device: { weightsBytes: 0, kvCacheBytes: 0, computeBytes: 0 },
      fit: null,
    });
  });
});
