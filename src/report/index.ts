import { renderHuman } from './human/index.ts';
import { renderJson } from './json.ts';
import type { Format, Renderer } from './options.ts';
import { cleanDeep } from './text.ts';

/** Foreign text is cleaned before a renderer sees it; json alone keeps it, escaped. */
function cleanly(render: Renderer): Renderer {
  return (result, options) => render(cleanDeep(result), options);
}

/** One renderer for each format. */
export const renderers = {
  human: cleanly(renderHuman),
  json: renderJson,
} satisfies Partial<Record<Format, Renderer>>;
