/** From a flag to a report in Coop, which puts the conversation into a review queue with the messages to read first. */

import type { ItemIdentifier, RawItem, ReportBody } from './contract.js';
import type { Flag, NumberedFlag, Service } from './service.js';

export type ReportOptions = Readonly<{
  /** The user item under whose name reports are filed; Coop knows no other kind of reporter. */
  reporter: ItemIdentifier;
  /** Time of the report, ISO 8601; the present time by default. */
  reportedAt?: string;
  /** Policy of the review queue. */
  policyId?: string;
  /** Messages before and after the flagged window, and around each remembered sign, that are sent for context. */
  context?: number;
}>;

export type FlaggedThread = Readonly<{
  flag: Flag;
  /** The messages of the conversation from its first one on, in the order in which the service read them. */
  messages: readonly RawItem[];
}>;

const CONTEXT = 5;

/**
 * Returns the body of `POST /report`.
 *
 * The reported item is the message that raised the flag. The thread is the flagged window and the earlier messages that
 * it remembered and that raised the score, each with context, but not what lies between them. The messages that raised
 * the score are highlighted. No score of a person is stated: a trained person decides.
 *
 * @throws RangeError when the messages end before those that the flag cites.
 */
export function toReport({ flag, messages }: FlaggedThread, options: ReportOptions): ReportBody {
  const reported = messages[flag.message];
  if (reported === undefined) {
    throw new RangeError(`the flag cites message ${flag.message}, but ${messages.length} messages were given`);
  }
  const raised = flag.evidence.filter(({ delta_logit: change }) => change > 0).map(({ message }) => message);
  const highlighted = [...new Set([...raised, flag.message])].sort((one, other) => one - other);
  return {
    reporter: { kind: 'user', ...identifier(options.reporter) },
    reportedAt: options.reportedAt ?? new Date().toISOString(),
    reportedForReason: {
      reason: reason(flag),
      ...(options.policyId === undefined ? {} : { policyId: options.policyId }),
    },
    reportedItem: reported,
    reportedItemThread: thread(flag, raised, messages.length, options.context ?? CONTEXT).map((index) => messages[index]!),
    reportedItemsInThread: highlighted.map((index) => messages[index]).filter((item) => item !== undefined).map(identifier),
  };
}

/** Returns the indices of the messages to send, ascending. */
function thread({ message, window }: Flag, raised: readonly number[], total: number, context: number): number[] {
  const ranges = raised.filter((index) => window.remembered.includes(index)).map((index) => [index, index + 1] as const);
  const shown = new Set<number>();
  for (const [start, stop] of [...ranges, [window.start, Math.max(window.stop, message + 1)] as const]) {
    for (let index = Math.max(0, start - context); index < Math.min(total, stop + context); index += 1) {
      shown.add(index);
    }
  }
  return [...shown].sort((one, other) => one - other);
}

function reason({ evidence, provenance }: Flag): string {
  const tactics = new Set(evidence.filter(({ delta_logit: change }) => change > 0).flatMap((item) => item.tactics));
  const shown = tactics.size === 0 ? 'warning signs' : `warning signs (${[...tactics].join(', ')})`;
  return (
    `The highlighted messages show ${shown}, according to grooming-risk ${provenance.model_version} at ` +
    `"${provenance.operating_point}". This orders what people read: a trained person decides.`
  );
}

function identifier({ id, typeId }: ItemIdentifier): ItemIdentifier {
  return { id, typeId };
}

export type Coop = Readonly<{ url: string; apiKey: string }>;

/**
 * Files a report.
 *
 * @returns Its id in Coop.
 * @throws Error when Coop refuses it; the error names the status alone.
 */
export async function fileReport(body: ReportBody, { url, apiKey }: Coop): Promise<string> {
  const response = await fetch(`${url.replace(/\/+$/, '')}/api/v1/report`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-API-KEY': apiKey },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status !== 201) {
    await response.body?.cancel();
    throw new Error(`Coop answered with status ${response.status}`);
  }
  return ((await response.json()) as { reportId: string }).reportId;
}

export type Relay = Readonly<{
  service: Service;
  coop: Coop;
  options: ReportOptions;
  /** Returns the messages of a flagged conversation from the first one on, or null to leave the flag out. */
  messagesOf: (flag: Flag) => Promise<readonly RawItem[] | null>;
  /** Stores the number of a flag that is dealt with; the next relay begins after it. */
  done: (number: number, reportId: string | null) => Promise<void>;
}>;

/**
 * Files a report for every flag after a number, in order, and returns how many were filed.
 *
 * When it fails, everything up to the last call of `done` is dealt with. A flag that was filed but not stored as done
 * is filed again: its "flag" is the same.
 */
export async function relayFlags(after: number, relay: Relay): Promise<number> {
  let filed = 0;
  for (let last = after; ; ) {
    const found: readonly NumberedFlag[] = await relay.service.flags(last);
    if (found.length === 0) {
      return filed;
    }
    for (const { number, flag } of found) {
      const messages = await relay.messagesOf(flag);
      const id = messages && (await fileReport(toReport({ flag, messages }, relay.options), relay.coop));
      await relay.done(number, id);
      filed += id === null ? 0 : 1;
      last = number;
    }
  }
}
