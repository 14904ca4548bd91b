/** What an organisation sets for this integration in Coop. */

import type { ConfigField } from './contract.js';

export type Config = Readonly<{
  serviceUrl: string;
  serviceToken: string | null;
  textField: string;
  threadField: string;
  speakerField: string;
}>;

export const CONFIG_FIELDS: readonly ConfigField[] = [
  {
    key: 'serviceUrl',
    label: 'Address of the grooming-risk service',
    required: true,
    inputType: 'text',
    placeholder: 'https://grooming-risk.internal',
    description: 'A service that you run yourself (grooming-risk serve). Messages are sent to it and to nobody else.',
  },
  {
    key: 'serviceToken',
    label: 'Token of the service',
    required: false,
    inputType: 'password',
    description: 'What `grooming-risk serve --new-token coop` printed.',
  },
  {
    key: 'textField',
    label: 'Field with the text of a message',
    required: false,
    inputType: 'text',
    placeholder: 'text',
  },
  {
    key: 'threadField',
    label: 'Field with the id of its thread',
    required: false,
    inputType: 'text',
    placeholder: 'threadId',
    description: 'Used where Coop does not attach the thread itself.',
  },
  {
    key: 'speakerField',
    label: 'Field with the id of its author',
    required: false,
    inputType: 'text',
    placeholder: 'authorId',
    description: 'Used where Coop does not attach the creator of an item.',
  },
];

/**
 * Reads the stored configuration.
 *
 * @returns The configuration, or null where the address of the service is missing or is not an address.
 */
export function readConfig(stored: Record<string, unknown> | null | undefined): Config | null {
  const serviceUrl = text(stored?.['serviceUrl'])?.replace(/\/+$/, '');
  if (serviceUrl === undefined || !URL.canParse(serviceUrl) || !/^https?:$/.test(new URL(serviceUrl).protocol)) {
    return null;
  }
  return {
    serviceUrl,
    serviceToken: text(stored?.['serviceToken']) ?? null,
    textField: text(stored?.['textField']) ?? 'text',
    threadField: text(stored?.['threadField']) ?? 'threadId',
    speakerField: text(stored?.['speakerField']) ?? 'authorId',
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
