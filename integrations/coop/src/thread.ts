/** From the input of a signal to the messages of a conversation. */

import type { Config } from './config.js';
import type { ContextItem, SignalInput } from './contract.js';
import type { Message } from './service.js';

export type Thread = Readonly<{ conversation: string; messages: readonly Message[] }>;

// Longest text that the service reads.
const MOST_CHARACTERS = 8_000;

/**
 * Reads the thread of an input: its messages as far as Coop attaches them, the item itself last.
 *
 * @returns The thread, or null where the item has no thread, no author or no id.
 */
export function readThread(input: SignalInput, config: Config): Thread | null {
  const item = currentItem(input);
  const attached = input.context?.thread;
  const thread = attached?.id ?? id(item?.data[config.threadField]);
  if (item === null || thread === undefined) {
    return null;
  }
  const earlier = (attached?.messages ?? []).filter((message) => message.itemId !== item.itemId);
  const messages = [...earlier, item].map((each) => message(each, config));
  const last = messages.at(-1);
  if (last === undefined || last === null) {
    return null;
  }
  return {
    conversation: `coop/${input.orgId}/${thread}`,
    messages: messages.filter((each): each is Message => each !== null),
  };
}

/** The item under evaluation: attached by Coop, or as far as the input itself has it. */
function currentItem(input: SignalInput): ContextItem | null {
  if (input.context?.item !== undefined) {
    return input.context.item;
  }
  const data = itemData(input.value);
  if (data === null || input.contentId === undefined) {
    return null;
  }
  const creator = input.userId === undefined ? {} : { creator: { id: input.userId, typeId: '' } };
  return { itemId: input.contentId, itemTypeId: '', data, ...creator };
}

/** The fields of an item, which older versions of Coop pass with their types and newer ones as they were submitted. */
function itemData(value: unknown): Readonly<Record<string, unknown>> | null {
  if (!isRecord(value)) {
    return null;
  }
  const inner = value['data'] ?? value['value'];
  return isRecord(inner) ? (isRecord(inner['data']) ? inner['data'] : inner) : value;
}

function message(item: ContextItem, config: Config): Message | null {
  const speaker = item.creator?.id ?? id(item.data[config.speakerField]);
  if (speaker === undefined) {
    return null;
  }
  const found = plain(item.data[config.textField]);
  const text = typeof found === 'string' ? found : '';
  const sentAt = item.createdAt === undefined ? {} : { sent_at: item.createdAt };
  const kind = text === '' || text.length > MOST_CHARACTERS ? ({ kind: 'media' } as const) : {};
  return { message_id: item.itemId, speaker, text: 'kind' in kind ? '' : text, ...sentAt, ...kind };
}

/** The value of a field, with or without its type. */
function plain(value: unknown): unknown {
  return isRecord(value) && 'value' in value ? value['value'] : value;
}

function id(value: unknown): string | undefined {
  const found = plain(value);
  const inner = isRecord(found) && 'id' in found ? found['id'] : found;
  return (typeof inner === 'string' && inner !== '') || typeof inner === 'number' ? String(inner) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
