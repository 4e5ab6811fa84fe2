import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DaemonSet } from 'kubernetes-models/apps/v1/DaemonSet';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { outputOf } from '../cli/record.ts';
import { root } from '../house/sources.ts';

const text = (name: string) => readFileSync(join(root, 'deploy', name), 'utf8');
// biome-ignore lint/suspicious/noExplicitAny: YAML read back is what it is
const read = (name: string): any => parse(text(name));

describe('the DaemonSet that labels nodes', () => {
  const manifest = read('base/daemonset.yaml');
  const [container] = manifest.spec.template.spec.containers;

  it('the DaemonSet that labels nodes is one by the Kubernetes schema, in a namespace that is one', () => {
    new DaemonSet(manifest).validate();
    new Namespace(read('namespace.yaml')).validate();
  });

  it('the DaemonSet that labels nodes may write nothing but the folder that Node Feature Discovery reads, and can gain no rights', () => {
    expect(container.securityContext).toMatchObject({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
    expect(container.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).toEqual([
      '/etc/kubernetes/node-feature-discovery/features.d',
    ]);
    expect(manifest.spec.template.spec.automountServiceAccountToken).toBe(false);
  });

  it('the DaemonSet that labels nodes has no limit of memory, which would be taken for what the node can give to a model', () => {
    expect(container.resources.limits).toBeUndefined();
  });
});

describe('the overlays', () => {
  const patchOf = (name: string) =>
    parse(read(`${name}/kustomization.yaml`).patches[0].patch) as { path: string; value: unknown }[];
  const operators = (name: string) =>
    JSON.stringify(patchOf(name).find(({ path }) => path.endsWith('/affinity'))?.value);

  it('the overlays divide the nodes: every node is labelled by one of them and by no two', () => {
    const keys = (name: string) => [...operators(name).matchAll(/pci-\w+\.present/g)].map(([key]) => key);
    expect(keys('nvidia')).toEqual(keys('other'));
    // Either of the classes for one, none of them for the other.
    expect(operators('nvidia').match(/matchExpressions/g)).toHaveLength(2);
    expect(operators('other').match(/matchExpressions/g)).toHaveLength(1);
    expect(operators('nvidia')).not.toContain('DoesNotExist');
    expect(operators('other')).not.toContain('"Exists"');
  });

  it('the overlays name files that are there', () => {
    for (const folder of ['.', 'base', 'nvidia', 'other']) {
      for (const resource of read(`${folder}/kustomization.yaml`).resources as string[]) {
        const target = resource.endsWith('.yaml') ? resource : `${resource}/kustomization.yaml`;
        expect(text(join(folder, target))).not.toBe('');
      }
    }
  });
});

describe('the example', () => {
  it('the example is what the command in its first line prints (after a wanted change: npx vitest run test/deploy -u), and a Deployment that asks for labelled nodes', async () => {
    const command = 'check --os linux --gpu L4 --ram 32GiB --format k8s';
    const example = `# gemma-fit ${command}\n${await outputOf(command)}`;
    await expect(example).toMatchFileSnapshot(join(root, 'deploy/example/ollama.yaml'));
    new Deployment(parse(example)).validate();
    const [label] = Object.keys(parse(example).spec.template.spec.nodeSelector);
    expect(label).toMatch(/^gemma-fit\.dev\/fits\./);
  });
});
