import { isIP } from 'node:net';

/** These do not identify a network: they are the same for everybody, or belong to projects that this tool mentions. */
const publicHosts =
  /(?:^|\.)(?:ollama\.(?:com|ai)|huggingface\.co|hf\.co|github\.com|nvidia\.com|amd\.com|intel\.com|apple\.com|microsoft\.com|kernel\.org|localhost)$/i;

/** Endings of host names: the usual ones of companies, homes and countries. Not those of files (so, py, sh, md, rs, ko). */
const hostEndings =
  'com|net|org|io|ai|co|dev|edu|gov|mil|int|info|biz|cloud|local|lan|lab|internal|intranet|corp|home|private|example|test|invalid|de|uk|fr|nl|ch|eu|us|ca|jp|cn|ru|br|au|kr|tw|es|se|fi|dk|cz|it|be';

const email = /[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+/gi;
const macAddress = /(?<![\w:.-])(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![\w:.-])/gi;
/** A version number of four parts looks like an address: what follows `version` stays. */
const dotted = /(?<![\w.-])(?<!version[ :=]{1,3})\d{1,3}(?:\.\d{1,3}){3}(?![\w.-]*\d)/gi;
const colons = /(?<![\w:.-])[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*(?:%[\w-]+)?(?![\w:])/gi;
const hostName = new RegExp(
  `(?<![\\w.@/\\\\-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.){1,8}(?:${hostEndings})(?![\\w-]|\\.\\w)`,
  'gi',
);

/** Removes e-mail and network addresses (IPv4, IPv6, MAC, host names) from a text. Loopback and names of projects stay. */
export function withoutAddresses(text: string): string {
  return text
    .replace(email, '<e-mail>')
    .replace(macAddress, '<mac>')
    .replace(colons, (found) => (isPrivate(found, 6) ? '<ip>' : found))
    .replace(dotted, (found) => (isPrivate(found, 4) ? '<ip>' : found))
    .replace(hostName, (found) => (publicHosts.test(found) ? found : '<host>'));
}

function isPrivate(address: string, version: 4 | 6): boolean {
  return isIP(address.replace(/%.*$/, '')) === version && !/^(?:127\.|0\.0\.0\.0$|::1?$)/.test(address);
}
