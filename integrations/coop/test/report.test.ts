/** Flags become reports, against a stand-in of Coop's endpoint that checks its schema. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fileReport, relayFlags, Service, toReport } from '../src/index.js';
import { FLAG, items, standIn, type Asked } from './support.js';

const REPORTER = { id: 'grooming-risk', typeId: 'service-account' };

test('the flagged window is the thread, and what raised the score is highlighted', () => {
  const report = toReport({ flag: FLAG, messages: items(20) }, { reporter: REPORTER, reportedAt: '2026-03-01T19:02:00Z', context: 2, policyId: 'p1' });
  assert.deepEqual(report.reporter, { kind: 'user', ...REPORTER });
  assert.equal(report.reportedItem.id, 'm6');
  assert.deepEqual(report.reportedItemThread.map(({ id }) => id), ['m2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8']);
  assert.deepEqual(report.reportedItemsInThread, [{ id: 'm5', typeId: 'message' }, { id: 'm6', typeId: 'message' }]);
  assert.equal(report.reportedForReason.policyId, 'p1');
  assert.match(report.reportedForReason.reason, /secrecy, platform_shift/);
  assert.match(report.reportedForReason.reason, /a trained person decides/);
  assert.doesNotMatch(report.reportedForReason.reason, /0\.4/);
});

test('remembered signs are sent with their context, and not what lies between', () => {
  const evidence = [{ message: 10, tactics: ['secrecy'], delta_logit: 1.5 }, { message: 20, tactics: [], delta_logit: -0.5 }];
  const window = { start: 40, stop: 42, remembered: [10, 20, 30] };
  const flag = { ...FLAG, message: 41, window, evidence };
  const report = toReport({ flag, messages: items(60) }, { reporter: REPORTER, context: 1 });
  assert.deepEqual(report.reportedItemThread.map(({ id }) => id), ['m9', 'm10', 'm11', 'm39', 'm40', 'm41', 'm42']);
  assert.deepEqual(report.reportedItemsInThread.map(({ id }) => id), ['m10', 'm41']);
});

test('messages that end before the flag are refused', () => {
  assert.throws(() => toReport({ flag: FLAG, messages: items(5) }, { reporter: REPORTER }), RangeError);
});

/** What Coop's schema asks of the body, with fields that it does not know refused. */
function accept({ headers, body, path, method }: Asked): boolean {
  const item = (each: any) => typeof each.id === 'string' && typeof each.typeId === 'string' && typeof each.data === 'object';
  const fields = ['reporter', 'reportedAt', 'reportedForReason', 'reportedItem', 'reportedItemThread', 'reportedItemsInThread'];
  return (
    method === 'POST' && path === '/api/v1/report' && headers['x-api-key'] === 'key' &&
    Object.keys(body).every((name) => fields.includes(name)) &&
    body.reporter.kind === 'user' && typeof body.reporter.id === 'string' && typeof body.reporter.typeId === 'string' &&
    !Number.isNaN(Date.parse(body.reportedAt)) &&
    item(body.reportedItem) && body.reportedItemThread.every(item) &&
    body.reportedItemsInThread.every((each: any) => typeof each.id === 'string' && typeof each.typeId === 'string')
  );
}

const coopStandIn = () => standIn((asked) => (accept(asked) ? { status: 201, body: { reportId: `r${asked.body.reportedItem.id}` } } : { status: 400 }));

test('a report is filed', async () => {
  await using coop = await coopStandIn();
  const report = toReport({ flag: FLAG, messages: items(20) }, { reporter: REPORTER });
  assert.equal(await fileReport(report, { url: `${coop.url}/`, apiKey: 'key' }), 'rm6');
  await assert.rejects(fileReport(report, { url: coop.url, apiKey: 'other' }), /status 400/);
});

test('every flag is relayed once, in order, and a failure is resumed', async () => {
  const flags = [3, 4, 9].map((number) => ({ number, flag: { ...FLAG, conversation: `c${number}`, message: number } }));
  await using service = await standIn(({ path }) => {
    const after = Number(new URL(path, 'http://x').searchParams.get('after'));
    return { status: 200, body: { flags: flags.filter(({ number }) => number > after).slice(0, 2) } };
  });
  await using coop = await coopStandIn();
  let stored = 0;
  const done: [number, string | null][] = [];
  let broken = true;
  const relay = {
    service: new Service({ serviceUrl: service.url, serviceToken: null }),
    coop: { url: coop.url, apiKey: 'key' },
    options: { reporter: REPORTER },
    messagesOf: async (flag: { conversation: unknown }) => {
      if (flag.conversation === 'c9' && broken) {
        throw new Error('the database of messages is away');
      }
      return flag.conversation === 'c4' ? null : items(20);
    },
    done: async (number: number, reportId: string | null) => {
      stored = number;
      done.push([number, reportId]);
    },
  };
  await assert.rejects(relayFlags(0, relay), /away/);
  broken = false;
  assert.equal(await relayFlags(stored, relay), 1);
  assert.deepEqual(done, [[3, 'rm3'], [4, null], [9, 'rm9']]);
  assert.equal(coop.asked.length, 2);
});
