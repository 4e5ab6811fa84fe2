import { answerSentence } from '../answer.ts';
import type { Renderer } from '../options.ts';
import { deployment } from './deployment.ts';
import { undeployable } from './undeployable.ts';
import { toYaml } from './yaml.ts';

/** A Kubernetes Deployment of the recommended model; only comments when none would run so, which kubectl refuses. */
export const renderK8s: Renderer = (result) => {
  const head = `# ${answerSentence(result)}\n`;
  const best = result.recommendation;
  if (best === null) return head;
  const obstacle = undeployable(result, best);
  return `${head}${obstacle === null ? toYaml(deployment(result, best)) : `# ${obstacle}\n`}`;
};
