/** The signal: the probability that the conversation of an item shows warning signs, for routing to human review. */

import { readConfig } from './config.js';
import type { PluginSignalContext, PluginSignalDescriptor, SignalInput } from './contract.js';
import rendered from './signal.json' with { type: 'json' };
import { RefusedError, Service, type LiveAnswer } from './service.js';
import { readThread } from './thread.js';

const OUTPUT = { scalarType: 'NUMBER' } as const;
// Earlier messages that Coop is asked for: what the service has not read is read now. It reads at most 256 at a time.
const THREAD_MESSAGES = 100;
const NOT_CONFIGURED = 'Enter the address of your grooming-risk service in the settings of this integration.';

/** What a run returns: a score, or the error of an input that will never have one. */
export type SignalResult =
  | Readonly<{ outputType: typeof OUTPUT; score: number; matchedValue?: string }>
  | Readonly<{ type: 'ERROR'; score: SignalPermanentError }>;

/** An error that Coop does not try again. It has the fields of Coop's own errors. */
export class SignalPermanentError extends Error {
  override readonly name = 'SignalPermanentError';
  readonly status = 500;
  readonly type = ['/errors/permanent-signal-error'];
  readonly title: string;

  constructor(title: string) {
    super(title);
    this.title = title;
  }
}

/** Returns the descriptor of the signal. */
export function createSignal(context: PluginSignalContext): PluginSignalDescriptor {
  const [{ signal }] = rendered.signals as [(typeof rendered.signals)[number]];
  return {
    ...signal,
    pricingStructure: { type: 'FREE' },
    eligibleSubcategories: [],
    integration: context.integrationId,
    contextNeeds: { includeFullItem: true, includeThread: true, maxThreadMessages: THREAD_MESSAGES },
    getCost: () => 1,
    run: (input) => run(input, context),
    getDisabledInfo: async (orgId) =>
      readConfig(await context.getCredential(orgId)) === null
        ? { disabled: true, disabledMessage: NOT_CONFIGURED }
        : { disabled: false },
  };
}

async function run(input: SignalInput, context: PluginSignalContext): Promise<SignalResult> {
  const config = readConfig(await context.getCredential(input.orgId));
  if (config === null) {
    return permanent(NOT_CONFIGURED);
  }
  const thread = readThread(input, config);
  if (thread === null) {
    return permanent('The item has no thread, no author or no id; check the field names in the settings.');
  }
  try {
    return result(await new Service(config).readMessages(thread.conversation, thread.messages));
  } catch (error) {
    if (error instanceof RefusedError) {
      return permanent(error.message);
    }
    throw error; // Coop tries again
  }
}

function result(answer: LiveAnswer): SignalResult {
  const { probability, abstention, first_flag: flagged, tactics } = answer.step;
  if (probability === null) {
    return permanent(`There is no score: ${abstention ?? 'abstained'}`); // never 0, which would mean "low"
  }
  const shown = tactics.length === 0 ? '' : `; this message shows: ${tactics.join(', ')}`;
  const words = flagged === null ? null : `flagged at message ${flagged + 1} of the conversation${shown}`;
  return { outputType: OUTPUT, score: probability, ...(words === null ? {} : { matchedValue: words }) };
}

function permanent(title: string): SignalResult {
  return { type: 'ERROR', score: new SignalPermanentError(title) };
}
