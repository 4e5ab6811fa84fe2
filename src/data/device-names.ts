const vendorWords =
  /^(nvidia corporation|nvidia|advanced micro devices,? inc\.?|amd\/ati|amd|ati|intel corporation|intel|apple|qualcomm|geforce|radeon)\s+/;

/** Driver and chip code names that Vulkan and OpenCL put behind the name. */
const codeNames = /\((radv|amdvlk|aco|llvm|dg2|bmg|lnl|mtl|arl|rpl|adl|tgl)[^)]*\)/g;

/** A device name without trade marks, code names, case and odd spaces. */
export function withoutMarks(name: string): string {
  return name
    .toLowerCase()
    .replace(codeNames, ' ')
    .replace(/\((r|tm|c)\)|[®™©]/g, ' ')
    .replace(/[_-]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** A device name without vendor, trade marks, case and odd spaces: the form in which names are compared. */
export function deviceKey(name: string): string {
  let key = withoutMarks(name);
  while (vendorWords.test(key)) key = key.replace(vendorWords, '');
  return key.replace(/(\d) (gb|gib)\b/g, '$1$2').replace(/gib\b/g, 'gb');
}

/** Keys under which one written name is found: as it stands, and without the words that people leave out. */
export function spellings(name: string): string[] {
  const key = deviceKey(name);
  const forms = /^(rtx|gtx|rx) /.test(key) ? [key, key.slice(key.indexOf(' ') + 1)] : [key];
  const laptop = forms
    .filter((form) => form.endsWith(' laptop gpu'))
    .map((form) => form.slice(0, -' laptop gpu'.length));
  return [...forms, ...laptop.flatMap((form) => [`${form} laptop`, `${form} mobile`])];
}
