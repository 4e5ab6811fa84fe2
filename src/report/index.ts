import { cleanDeep } from '../clean-deep.ts';
import { clean } from '../text.ts';
import { renderGithub } from './github.ts';
import { renderHtml } from './html/index.ts';
import { renderHuman } from './human/index.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderK8s } from './k8s/index.ts';
import { renderMarkdown } from './markdown.ts';
import { renderNfd } from './nfd.ts';
import type { Curve, Format, Renderer } from './options.ts';
import { renderPrometheus } from './prometheus.ts';

/** Foreign text is cleaned before a renderer sees it; json alone keeps it, escaped. */
function cleanly(render: Renderer): Renderer {
  return (result, options) => {
    const { curves = [], explain = null } = options;
    return render(cleanDeep(result), { ...options, curves: curves.map(withCleanTag), explain: cleanDeep(explain) });
  };
}

/** One renderer for each format. */
export const renderers = {
  human: cleanly(renderHuman),
  json: renderJson,
  markdown: cleanly(renderMarkdown),
  github: cleanly(renderGithub),
  junit: cleanly(renderJunit),
  prometheus: cleanly(renderPrometheus),
  nfd: cleanly(renderNfd),
  html: cleanly(renderHtml),
  k8s: cleanly(renderK8s),
} satisfies Record<Format, Renderer>;

/** The tag is the only text of a curve, and its points are not worked out before somebody reads them. */
function withCleanTag(curve: Curve): Curve {
  return { ...curve, tag: clean(curve.tag) };
}
