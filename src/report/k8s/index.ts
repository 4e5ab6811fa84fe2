import { answerSentence } from '../answer.ts';
import type { Renderer } from '../options.ts';
import { deployment } from './deployment.ts';
import { toYaml } from './yaml.ts';

/** A Kubernetes Deployment of the recommended model; only a comment when there is none, which kubectl refuses. */
export const renderK8s: Renderer = (result) => {
  const head = `# ${answerSentence(result)}\n`;
  return result.recommendation === null ? head : `${head}${toYaml(deployment(result, result.recommendation))}`;
};
