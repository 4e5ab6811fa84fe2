// Preloaded into a run (node --require): every connection that is not to this computer fails, and is written down.
const { appendFileSync } = require('node:fs');
const net = require('node:net');
const dgram = require('node:dgram');
const dns = require('node:dns');

const isLoopback = (host) => host === undefined || /^(localhost|127\.|::1$|\[::1\]$|::ffff:127\.)/.test(host);
const refuse = (host) => {
  appendFileSync(process.env.GEMMA_FIT_TEST_TRESPASS, `${host}\n`);
  return Object.assign(new Error(`connect ENETUNREACH ${host}`), { code: 'ENETUNREACH' });
};

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  const host = typeof options === 'object' ? options.host : typeof args[1] === 'string' ? args[1] : undefined;
  if (options?.path !== undefined || isLoopback(host)) return connect.apply(this, args);
  process.nextTick(() => this.destroy(refuse(host)));
  return this;
};

const send = dgram.Socket.prototype.send;
dgram.Socket.prototype.send = function (...args) {
  const host = args.find((arg) => typeof arg === 'string' && /^[\d.:a-z-]+$/i.test(arg));
  if (isLoopback(host)) return send.apply(this, args);
  throw refuse(host);
};

const lookup = dns.lookup;
dns.lookup = (host, ...rest) => {
  if (isLoopback(host)) return lookup(host, ...rest);
  process.nextTick(rest.at(-1), refuse(host));
};
