/** Requests to a grooming-risk service. Errors name statuses, never content. */

import type { Config } from './config.js';

export type Message = Readonly<{
  message_id: string;
  speaker: string;
  text: string;
  sent_at?: string;
  kind?: 'text' | 'media';
}>;

export type Evidence = Readonly<{ message: number; tactics: readonly string[]; delta_logit: number }>;

export type Flag = Readonly<{
  flag: string;
  conversation: string | number;
  message: number;
  probability: number;
  /** The last messages that were read together, and those from before that were remembered. */
  window: Readonly<{ start: number; stop: number; remembered: readonly number[] }>;
  evidence: readonly Evidence[];
  provenance: Readonly<{ model_version: string; operating_point: string }>;
}>;

export type LiveAnswer = Readonly<{
  conversation: string;
  messages: number;
  step: Readonly<{
    probability: number | null;
    abstention: string | null;
    tactics: readonly string[];
    warning: boolean;
    first_flag: number | null;
  }>;
  flag: Flag | null;
  message_ids: Readonly<Record<string, string | number>>;
}>;

export type NumberedFlag = Readonly<{ number: number; flag: Flag }>;

/** The service refused a request, and would refuse it again. */
export class RefusedError extends Error {}

/** The service cannot answer now; the request may be sent again. */
export class UnavailableError extends Error {}

const TIMEOUT_MS = 10_000;
// Statuses that a later request may not get.
const TEMPORARY = new Set([408, 429, 500, 502, 503, 504]);

/** A grooming-risk service. */
export class Service {
  readonly #config: Pick<Config, 'serviceUrl' | 'serviceToken'>;

  constructor(config: Pick<Config, 'serviceUrl' | 'serviceToken'>) {
    this.#config = config;
  }

  /** Reads the next messages of a conversation. Messages whose id was read before are left out by the service. */
  async readMessages(conversation: string, messages: readonly Message[]): Promise<LiveAnswer> {
    const path = `/v1/conversations/${encodeURIComponent(conversation)}/messages`;
    return (await this.#ask(path, { messages })) as LiveAnswer;
  }

  /** Returns what is known of a conversation. */
  async conversation(conversation: string): Promise<LiveAnswer> {
    return (await this.#ask(`/v1/conversations/${encodeURIComponent(conversation)}`)) as LiveAnswer;
  }

  /** Returns the flags after a number, the oldest first. */
  async flags(after: number): Promise<readonly NumberedFlag[]> {
    return ((await this.#ask(`/v1/flags?after=${after}`)) as { flags: readonly NumberedFlag[] }).flags;
  }

  async #ask(path: string, body?: object): Promise<unknown> {
    const { serviceUrl, serviceToken } = this.#config;
    let response: Response;
    try {
      response = await fetch(`${serviceUrl}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          'Content-Type': 'application/json',
          ...(serviceToken === null ? {} : { Authorization: `Bearer ${serviceToken}` }),
        },
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch {
      throw new UnavailableError('the grooming-risk service did not answer; check its address and that it runs');
    }
    if (!response.ok) {
      await response.body?.cancel();
      const words = `the grooming-risk service answered with status ${response.status}`;
      throw TEMPORARY.has(response.status) ? new UnavailableError(words) : new RefusedError(words);
    }
    return await response.json();
  }
}
