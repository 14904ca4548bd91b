/** Runs of the signal against a stand-in of the service. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { ContextItem, SignalInput } from '../src/contract.js';
import plugin from '../src/index.js';
import { items, live, standIn, type Answer } from './support.js';

type Result = { type?: string; score: number | (Error & { status: number }); matchedValue?: string };

function signal(stored: Record<string, unknown>) {
  const [entry] = plugin.createSignals!({ integrationId: 'GROOMING_RISK', getCredential: async () => stored });
  return entry!.signal;
}

async function run(answer: Answer, input: SignalInput, stored: Record<string, unknown> = {}) {
  await using service = await standIn(() => answer);
  const result = (await signal({ serviceUrl: `${service.url}/`, ...stored }).run(input)) as Result;
  return { result, asked: service.asked };
}

const contextItem = (item: ReturnType<typeof items>[number]): ContextItem => ({
  itemId: item.id,
  itemTypeId: item.typeId,
  data: item.data,
  createdAt: '2026-03-01T19:02:00Z',
  creator: { id: item.data.authorId, typeId: 'user' },
});
const ITEMS = items(4).map(contextItem);
const INPUT: SignalInput = {
  value: { type: 'FULL_ITEM', value: items(4)[3]!.data },
  orgId: 'org',
  contentId: 'm3',
  userId: 'ben',
  context: { item: ITEMS[3]!, thread: { id: 't/1', typeId: 'thread', messages: ITEMS, truncated: false } },
};

test('the thread that Coop attaches is read, the item last', async () => {
  const { result, asked } = await run({ status: 200, body: live() }, INPUT, { serviceToken: 'secret' });
  assert.deepEqual(result, { outputType: { scalarType: 'NUMBER' }, score: 0.25 });
  assert.equal(asked.length, 1);
  assert.equal(asked[0]!.path, '/v1/conversations/coop%2Forg%2Ft%2F1/messages');
  assert.equal(asked[0]!.headers.authorization, 'Bearer secret');
  assert.deepEqual(asked[0]!.body.messages.map((each: any) => each.message_id), ['m0', 'm1', 'm2', 'm3']);
  assert.deepEqual(asked[0]!.body.messages[3], {
    message_id: 'm3', speaker: 'ben', text: 'see you at practice 3', sent_at: '2026-03-01T19:02:00Z',
  });
});

test('without a thread from Coop, the fields of the item are used', async () => {
  const { context: _, ...bare } = INPUT;
  for (const value of [
    items(4)[3]!.data,
    { type: 'FULL_ITEM', value: items(4)[3]!.data },
    { type: 'FULL_ITEM', value: { data: { text: { type: 'STRING', value: 'see you at practice 3' }, threadId: { type: 'RELATED_ITEM', value: { id: 't1' } } } } },
  ]) {
    const { asked } = await run({ status: 200, body: live() }, { ...bare, value });
    assert.equal(asked[0]!.path, '/v1/conversations/coop%2Forg%2Ft1/messages');
    assert.deepEqual(asked[0]!.body.messages, [{ message_id: 'm3', speaker: 'ben', text: 'see you at practice 3' }]);
  }
});

test('the names of fields can be set', async () => {
  const input = { value: { body: 'hello', room: 7, from: 'cem' }, orgId: 'org', contentId: 'm1' };
  const stored = { textField: 'body', threadField: 'room', speakerField: 'from' };
  const { asked } = await run({ status: 200, body: live() }, input, stored);
  assert.equal(asked[0]!.path, '/v1/conversations/coop%2Forg%2F7/messages');
  assert.deepEqual(asked[0]!.body.messages, [{ message_id: 'm1', speaker: 'cem', text: 'hello' }]);
});

test('messages without text keep their place', async () => {
  const picture: ContextItem = { ...ITEMS[1]!, data: { image: 'x' } };
  const thread = { id: 't1', typeId: 'thread', messages: [ITEMS[0]!, picture], truncated: false };
  const { asked } = await run({ status: 200, body: live() }, { ...INPUT, context: { item: ITEMS[3]!, thread } });
  assert.deepEqual(asked[0]!.body.messages.map((each: any) => each.kind ?? 'text'), ['text', 'media', 'text']);
});

test('a flag says where it was raised, and what the message shows', async () => {
  const step = { probability: 0.4, warning: true, first_flag: 2, tactics: ['secrecy'] };
  const { result } = await run({ status: 200, body: live(step) }, INPUT);
  assert.equal(result.matchedValue, 'flagged at message 3 of the conversation; this message shows: secrecy');
});

test('an abstention is an error, never a low score', async () => {
  const step = { probability: null, abstention: 'too_little_text' };
  const { result } = await run({ status: 200, body: live(step) }, INPUT);
  assert.equal(result.type, 'ERROR');
  assert.ok(result.score instanceof Error && result.score.status === 500);
  assert.match(String(result.score), /too_little_text/);
});

for (const status of [401, 409, 413, 422]) {
  test(`status ${status} is a permanent error without text`, async () => {
    const { result } = await run({ status, body: { detail: 'see you at practice' } }, INPUT);
    assert.equal(result.type, 'ERROR');
    assert.equal((result.score as Error).message, `the grooming-risk service answered with status ${status}`);
  });
}

for (const status of [408, 429, 500, 503]) {
  test(`status ${status} is tried again by Coop`, async () => {
    await assert.rejects(run({ status, body: { detail: 'see you at practice' } }, INPUT), (error: Error) => !/practice/.test(error.message));
  });
}

test('a service that does not answer is tried again by Coop', async () => {
  await assert.rejects(signal({ serviceUrl: 'http://127.0.0.1:9' }).run(INPUT), /did not answer/);
});

test('items without thread, author or id cannot be read', async () => {
  const { context: _, ...bare } = INPUT;
  for (const input of [
    { ...bare, value: { text: 'hello' } },
    { ...bare, value: 'hello' },
    { value: bare.value, orgId: 'org' },
    { value: { text: 'hello', threadId: 't1' }, orgId: 'org', contentId: 'm1' },
  ]) {
    const { result, asked } = await run({ status: 200, body: live() }, input);
    assert.equal(result.type, 'ERROR');
    assert.equal(asked.length, 0);
  }
});

test('without configuration the signal is disabled', async () => {
  for (const stored of [{}, { serviceUrl: '' }, { serviceUrl: 'no address' }, { serviceUrl: 'ftp://x' }, { serviceUrl: 5 }]) {
    assert.equal((await signal(stored).getDisabledInfo('org')).disabled, true);
    assert.equal(((await signal(stored).run(INPUT)) as Result).type, 'ERROR');
  }
  assert.equal((await signal({ serviceUrl: 'https://x' }).getDisabledInfo('org')).disabled, false);
});
