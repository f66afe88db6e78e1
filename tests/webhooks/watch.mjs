// See run. Starts the server, makes an endpoint, changes accounts, kills the server, and holds what arrives against what has
// happened: nothing missing, no account out of order, nothing twice but after a kill, each body the same whenever it comes.
import {spawn} from 'node:child_process';
import http from 'node:http';
import {receive} from './receiver.mjs';

const [partnerd, work, kills] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const fail = (text) => { console.log('FAIL', text); server?.kill('SIGKILL'); process.exit(1); };
setTimeout(() => fail('it takes too long'), 200_000 + 5_000 * kills).unref();

let server, base;
const start = () => new Promise((done) => {
  const port = base ? new URL(base).port : 0;
  server = spawn(partnerd, ['serve', '--sandbox', '--listen', `127.0.0.1:${port}`, '--database', `sqlite:${work}/partnerd.db`,
                            '--log-level', 'warning'], {stdio: ['ignore', 'pipe', 'inherit']});
  let out = '';
  server.stdout.on('data', (data) => {
    out += data;
    const found = /listening on (\S+)/.exec(out);
    if (found && done) { base = found[1]; done(); done = null; }
  });
});
const kill = () => new Promise((done) => { server.once('exit', done); server.kill('SIGKILL'); });
const ask = async (method, path, body) => {
  const token = path.startsWith('/partner/') ? 'sandbox-partner' : 'sandbox-operator';
  const answer = await fetch(base + path, {
    method, headers: {authorization: `Bearer ${token}`, 'content-type': 'application/json'},
    body: body === undefined ? undefined : JSON.stringify(body)});
  const text = await answer.text();
  return {status: answer.status, text, json: text ? JSON.parse(text) : null};
};
let seed = 1;
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;

let secret, killsSoFar = 0, refuses = 0.2, replayed = null;
const bodies = new Map();      // by event: the body, and after how many kills it was accepted
const order = new Map();       // by account: accepted events, in order
const refusedBodies = new Map();
const receiver = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const raw = Buffer.concat(chunks).toString();
    let event;
    try { event = receive(raw, request.headers, secret); } catch (error) { fail(`not verified: ${error.message} ${raw}`); }
    const id = request.headers['webhook-id'];
    if (String(event.data.event_id) !== id) fail('webhook-id is not the event\'s id');
    if ((refusedBodies.get(id) ?? raw) !== raw || (bodies.get(id)?.raw ?? raw) !== raw) fail(`the body of ${id} has changed`);
    if (random() < refuses) { refusedBodies.set(id, raw); response.writeHead(500).end(); return; }
    const known = bodies.get(id);
    if (replayed) replayed.push(event.data.event_id);
    else if (known) {
      if (known.kills === killsSoFar) fail(`event ${id} arrived twice without a kill`);
      known.kills = killsSoFar;
    } else {
      const accepted = order.get(event.data.account_id) ?? [];
      const before = accepted.at(-1) ?? null;
      if (event.data.previous_id !== before) fail(`event ${id}: before it came ${before}, not ${event.data.previous_id}`);
      accepted.push(event.data.event_id);
      order.set(event.data.account_id, accepted);
      bodies.set(id, {raw, kills: killsSoFar});
    }
    response.writeHead(204).end();
  });
});
await new Promise((done) => receiver.listen(0, '127.0.0.1', done));

await start();
const endpoints = '/admin/v1/resellers/2/webhook-endpoints';
const made = await ask('POST', endpoints, {url: `http://127.0.0.1:${receiver.address().port}/hook`, types: ['account.*']});
if (made.status !== 201 || !made.json.secret.startsWith('whsec_')) fail(`no endpoint: ${JSON.stringify(made)}`);
secret = made.json.secret;
const endpoint = `${endpoints}/${made.json.id}`;

const accounts = [];
for (let i = 0; i < 30; ++i) {
  const opened = await ask('POST', '/admin/v1/resellers/2/accounts', {uid: `w-${i}`, type: 'individual', domain: 'b5test.com'});
  accounts.push(opened.json.id);
}
for (let round = 0; round <= kills; ++round) {
  for (let i = 0; i < 20; ++i) {
    const id = accounts[Math.floor(random() * accounts.length)];
    await ask('POST', `/admin/v1/accounts/${id}/${random() < 0.5 ? 'hold' : 'lift'}`, {reason: 'other', comment: 'not for partners'});
  }
  if (round === kills) break;
  await new Promise((done) => setTimeout(done, random() * 200));
  await kill();
  await new Promise((done) => setTimeout(done, 100));  // what had been sent is read
  ++killsSoFar;
  await start();
}
// The ladder follows the reseller's clock: what waits is tried again at once when a day has passed there.
refuses = 0;
const expected = new Set();
for (let cursor = ''; ;) {
  const page = (await ask('GET', `/admin/v1/resellers/2/events?order=oldest&limit=200${cursor}`)).json;
  for (const event of page.events)
    if (event.kind.startsWith('account.') && event.id > made.json.through_id) expected.add(String(event.id));
  if (page.events.length === 0) break;
  cursor = `&cursor=${page.next}`;
}
for (let i = 0; i < 200 && bodies.size < expected.size; ++i) {
  await ask('POST', '/admin/v1/sandbox/resellers/2/clock/advance', {seconds: 86400});
  await new Promise((done) => setTimeout(done, 100));
}
for (const id of expected) if (!bodies.has(id)) fail(`event ${id} is missing`);
for (const {raw} of bodies.values()) if (raw.includes('not for partners')) fail('a comment got out');

// A new secret, and a test; then a receiver that is gone.
const rotated = await ask('POST', `${endpoint}/rotate-secret`, {overlap_seconds: 0});
if (rotated.json.secret === secret) fail('the secret is the old one');
secret = rotated.json.secret;
order.set(null, []);
await ask('POST', `${endpoint}/test`, {type: 'account.held'});
const until = async (what, is) => { for (let i = 0; i < 100; ++i) { if (await is()) return; await new Promise((d) => setTimeout(d, 50)); } fail(what); };
await until('no test arrived', () => [...bodies.values()].some(({raw}) => raw.includes('"test":true') && raw.includes('"type":"account.held"')));
await until('lanes stay', async () => (await ask('GET', `${endpoint}/lanes`)).json.lanes.length === 0);

// Once more, as the partner itself asks for it: the same ids, the same bytes, in order.
replayed = [];
const own = `/partner/v1/webhook-endpoints/${made.json.id}`;
const asked = await ask('POST', `${own}/replay`, {account: 'w-0', types: ['account.opened', 'account.held']});
if (asked.status !== 202) fail(`no replay: ${asked.text}`);
const typeOf = (id) => JSON.parse(bodies.get(String(id)).raw).type;
const wanted = order.get(accounts[0]).filter((id) => ['account.opened', 'account.held'].includes(typeOf(id)));
await until('the replay does not end', async () => (await ask('GET', own)).json.replay === null);
if (String(replayed) !== String(wanted)) fail(`replayed ${replayed}, not ${wanted}`);
replayed = null;

// The feed is of the same bodies, word for word.
let told = '';
for (let cursor = '', page; ; cursor = `&cursor=${page.json.next}`) {
  page = await ask('GET', `/partner/v1/events?order=oldest&limit=200${cursor}`);
  told += page.text;
  if (page.json.events.length === 0) break;
}
for (const {raw} of bodies.values()) if (!raw.includes('"test":true') && !told.includes(raw)) fail(`the feed does not say ${raw}`);

receiver.removeAllListeners('request');
receiver.on('request', (request, response) => { request.resume(); response.writeHead(410).end(); });
await ask('POST', `/admin/v1/accounts/${accounts[0]}/notes`, {comment: 'x'});
await until('not disabled by 410', async () => (await ask('GET', endpoint)).json.state === 'disabled');

console.log(`${bodies.size} events, ${killsSoFar} kills, ${refusedBodies.size} refused at first: all verified, in order`);
server.kill('SIGTERM');
server.once('exit', () => process.exit(0));
