import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate authority of the test's own, and one certificate of it. */
export interface Authority {
  /** File with the authority's certificate, PEM: for SSL_CERT_FILE and NODE_EXTRA_CA_CERTS. */
  caFile: string;
  key: string;
  cert: string;
}

/** Makes an authority and a certificate for some host names in a folder, with the openssl program. */
export function createAuthority(folder: string, hosts: readonly string[]): Authority {
  const at = (name: string) => join(folder, name);
  const openssl = (...words: string[]) => execFileSync('openssl', words, { stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
    '-days',
    '2',
    '-subj',
    '/CN=gemma-fit test',
  );
  openssl('req', ...newKey, '-keyout', at('site.key'), '-out', at('site.csr'), '-subj', `/CN=${hosts[0]}`);
  writeFileSync(at('names'), `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(',')}\n`);
  const sign = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2', '-extfile', at('names')];
  openssl('x509', '-req', '-in', at('site.csr'), '-out', at('site.pem'), ...sign);
  return {
    caFile: at('ca.pem'),
    key: readFileSync(at('site.key'), 'utf8'),
    cert: readFileSync(at('site.pem'), 'utf8'),
  };
}
