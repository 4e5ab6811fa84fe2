import { describe, expect, it } from 'vitest';
import { doctorReport } from '../../src/commands/doctor.ts';
import { probeMachine } from '../../src/machine/probe.ts';
import { redactor } from '../../src/machine/redact.ts';
import { replay } from '../machine/replay.ts';

const alice = { hostName: 'alices-box', userName: 'alice', homeDir: '/home/alice' };

async function report(name: string) {
  return doctorReport(await probeMachine(replay(name), { budgetMs: 15_000 }), alice);
}

describe('what doctor prints', () => {
  it('what doctor prints names each device with memory, use and source, and marks the readings that count', async () => {
    const { text } = await report('linux-rtx-4090');
    expect(text).toContain('nvidia:0  NVIDIA GeForce RTX 4090');
    expect(text).toContain('24.0 GiB, 22.3 GiB free');
    expect(text).toContain('uses it');
    expect(text).toContain('Xorg 388 MiB, python3 905 MiB, another process');
    expect(text).toMatch(/^\* memory\.total = \d+ {2}\[measured\] \/proc\/meminfo \(MemTotal\)$/m);
    expect(text).toMatch(/^\* nvidia:0\.memory\.free = \d+ {2}\[measured\] nvidia-smi --query-gpu=/m);
  });

  it('what doctor prints shows the reading that lost, with the rule', async () => {
    const { text } = await report('linux-dgx-spark-container');
    expect(text).toMatch(/^ {2}memory\.available = .*the least of what RAM and limits leave$/m);
  });

  it('what doctor prints says why a device is not used, in a sentence', async () => {
    expect((await report('linux-driver-470')).text).toContain('does not use it: The nvidia driver is 470.256.02');
    expect((await report('linux-driver-mismatch')).text).toContain('Driver/library version mismatch');
  });

  it('what doctor prints says which build an installed tag holds where the digest is that of another one', async () => {
    const machine = await probeMachine(replay('linux-rtx-4090'), { budgetMs: 15_000 });
    const model = (name: string, digest: string | null) => ({ name, digest, sizeBytes: 1, modifiedAt: null });
    const installed = [
      model('gemma4:12b', '4eb23ef187e2'.padEnd(64, '0')),
      model('gemma4:26b', '001e5dafc3c7'.padEnd(64, '0')),
      model('gemma4:31b', 'f'.repeat(64)),
    ];
    const ollama = { host: 'http://127.0.0.1:11434', remote: false, version: '0.40.2', installed, loaded: [] };
    const { text } = doctorReport({ ...machine, ollama }, alice);
    expect(text).toContain('gemma4:12b (holds gemma4:12b-it-q4_K_M), gemma4:26b, gemma4:31b\n');
  });

  it('a computer without GPU and server says so', async () => {
    const { text } = await report('github-runner');
    expect(text).toContain('No GPU found');
    expect(text).toContain('not running');
  });

  it('what doctor prints names no user, no home, no host and no UUID, in neither form', async () => {
    for (const name of ['linux-rtx-4090', 'linux-h100-mig', 'linux-cuda-visible-uuid', 'raspberry-pi-5']) {
      const { text, json } = await report(name);
      for (const printed of [text, json]) {
        expect(printed).not.toMatch(/alice|GPU-a000|MIG-000|1000000012345678/);
      }
    }
    expect((await report('linux-rtx-4090')).json).toContain('"~');
  });
});

describe('taking private parts out', () => {
  const hide = redactor(alice);

  it.each([
    ['/home/alice/.ollama/models', '~/.ollama/models'],
    ['/home/alice2/x', '/home/<user>/x'],
    ['/home/bob/x', '/home/<user>/x'],
    ['/Users/carol/models', '/Users/<user>/models'],
    ['C:\\Users\\dave\\.ollama', 'C:\\Users\\<user>\\.ollama'],
    ['GPU-2a7fadae-a692-1c44-2c57-6645a0d117e4', '<uuid>'],
    ['MIG-GPU-2a7fadae-a692-1c44-2c57-6645a0d117e4/1/0', '<uuid>'],
    ['GPU-8932f9,GPU-accelerated', '<uuid>,GPU-accelerated'],
    ['Serial Number : 1324720054321', '<serial>'],
    ['alice@alices-box', '<user>@<host>'],
    ['malice and alices', 'malice and alices'],
    ['connect 192.168.1.20:8080 failed', 'connect <ip>:8080 failed'],
    ['listening on 127.0.0.1:11434 and 0.0.0.0', 'listening on 127.0.0.1:11434 and 0.0.0.0'],
    ['route to fe80::1c2d:3e4f%eth0 or 2001:db8::7', 'route to <ip> or <ip>'],
    ['card 0000:01:00.0 at 12:34:56, [::1]', 'card 0000:01:00.0 at 12:34:56, [::1]'],
    ['eth0 aa:bb:cc:dd:ee:0f, 00-1B-44-11-3A-B7', 'eth0 <mac>, <mac>'],
    ['mail bob.smith+gpu@corp.example now', 'mail <e-mail> now'],
    ['license server lic01.corp.example.com:27000', 'license server <host>:27000'],
    ['nas.local and build7.internal.', '<host> and <host>.'],
    ['registry.ollama.ai, huggingface.co', 'registry.ollama.ai, huggingface.co'],
    ['libcuda.so.1, ggml-cuda.dll, run.py, com.apple.driver', 'libcuda.so.1, ggml-cuda.dll, run.py, com.apple.driver'],
    ['driver version 31.0.101.255 of 550.54.15', 'driver version 31.0.101.255 of 550.54.15'],
    ['S/N: 1234567890', '<serial>'],
    ['s/n 12AB34 and serial no. 99X', '<serial> and <serial>'],
    ['std::bad_alloc', 'std::bad_alloc'],
  ])('%s', (text, shown) => {
    expect(hide(text)).toBe(shown);
  });

  it('a user whose name is an ordinary word does not eat the report', () => {
    const words = redactor({ hostName: 'localhost', userName: 'memory', homeDir: '/home/memory' });
    expect(words('memory.total of /home/memory/models on localhost')).toBe('memory.total of ~/models on localhost');
  });

  it('a short user name is taken out where it can be nothing else', () => {
    const bob = redactor({ hostName: 'pc', userName: 'bo', homeDir: null });
    expect(bob('/mnt/data/bo/models, bo@nas, user bo, both of bo.cfg')).toBe(
      '/mnt/data/<user>/models, <user>@nas, user <user>, both of bo.cfg',
    );
  });

  it('a computer that is called like its product keeps the product’s name', () => {
    const thor = redactor({ hostName: 'thor', userName: 'nvidia', homeDir: '/home/nvidia' });
    expect(thor('NVIDIA Thor, /home/nvidia/models, /home/nvidia2')).toBe('NVIDIA Thor, ~/models, /home/<user>');
    const pi = redactor({ hostName: 'raspberrypi', userName: 'radeon', homeDir: null });
    expect(pi('AMD Radeon on raspberrypi')).toBe('AMD Radeon on raspberrypi');
  });
});
