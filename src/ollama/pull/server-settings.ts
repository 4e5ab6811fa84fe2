import { runtimeDefaults } from '../../data/tables.ts';
import type { KvType } from '../../model/types.ts';

/** How the server is started, which decides where its environment is set. */
export type ServiceKind = 'systemd' | 'launchd' | 'windows' | 'docker' | 'shell';

/** Why a setting helps; the sentence is made in report/. */
export type SettingReason = 'kv-type' | 'flash-attention' | 'vision-margin' | 'host-prompt-cache' | 'parallel';

/** One variable of the server's environment: no API sets or reads it. */
export interface ServerSetting {
  variable: string;
  value: string;
  reason: SettingReason;
  /** Memory that it frees (or, for parallel, that it costs: negative), bytes; null when that is not known. */
  gainBytes: number | null;
}

export interface WantedSettings {
  kvType: KvType;
  kvGainBytes: number | null;
  sequences: number;
  /** MiB that shall stay free on each device instead of Ollama's doubled projector margin; null: leave it. */
  fitTargetMiB: number | null;
  fitTargetGainBytes: number | null;
  /** The computer has little RAM: switch llama.cpp's prompt cache (8 GiB by default) off. */
  hostMemoryTight: boolean;
}

/** What must be set on the server for this request; empty when its defaults are right (ollama envconfig/config.go). */
export function neededSettings(wanted: WantedSettings): ServerSetting[] {
  const settings: ServerSetting[] = [];
  const add = (variable: string, value: string | number, reason: SettingReason, gainBytes: number | null = null) =>
    settings.push({ variable, value: String(value), reason, gainBytes });
  if (wanted.kvType !== 'f16') {
    add('OLLAMA_FLASH_ATTENTION', 1, 'flash-attention');
    add('OLLAMA_KV_CACHE_TYPE', wanted.kvType, 'kv-type', wanted.kvGainBytes);
  }
  if (wanted.sequences > 1) add('OLLAMA_NUM_PARALLEL', wanted.sequences, 'parallel');
  if (wanted.fitTargetMiB !== null) {
    add('LLAMA_ARG_FIT_TARGET', wanted.fitTargetMiB, 'vision-margin', wanted.fitTargetGainBytes);
  }
  if (wanted.hostMemoryTight) add('LLAMA_ARG_CACHE_RAM', 0, 'host-prompt-cache', runtimeDefaults.hostPromptCacheBytes);
  return settings;
}

type Writer = (settings: readonly ServerSetting[]) => string[];

const pair = ({ variable, value }: ServerSetting) => `${variable}=${value}`;
const dropIn = '/etc/systemd/system/ollama.service.d/gemma-fit.conf';

const writers: Record<ServiceKind, Writer> = {
  systemd: (settings) => [
    'sudo mkdir -p /etc/systemd/system/ollama.service.d',
    `printf '%s\\n' '[Service]' ${settings.map((s) => `'Environment="${pair(s)}"'`).join(' ')} | sudo tee ${dropIn}`,
    'sudo systemctl daemon-reload && sudo systemctl restart ollama',
  ],
  launchd: (settings) => [
    ...settings.map(({ variable, value }) => `launchctl setenv ${variable} ${value}`),
    'osascript -e \'quit app "Ollama"\' && open -a Ollama',
  ],
  windows: (settings) => [
    ...settings.map(({ variable, value }) => `setx ${variable} ${value}`),
    'Quit Ollama in the tray and start it again.',
  ],
  docker: (settings) => [
    'docker rm -f ollama',
    `docker run -d --gpus=all -v ollama:/root/.ollama -p 11434:11434 ${settings.map((s) => `-e ${pair(s)}`).join(' ')} --name ollama ollama/ollama`,
  ],
  shell: (settings) => [`${settings.map(pair).join(' ')} ollama serve`],
};

/** The exact lines that set these variables for a server started in this way; empty for no settings. */
export function settingLines(settings: readonly ServerSetting[], kind: ServiceKind): string[] {
  return settings.length === 0 ? [] : writers[kind](settings);
}

/** How Ollama is started on a platform when its official installer was used. */
export function usualService(platform: string): ServiceKind {
  const kinds: Record<string, ServiceKind> = { linux: 'systemd', darwin: 'launchd', win32: 'windows' };
  return kinds[platform] ?? 'shell';
}
