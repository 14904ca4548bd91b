/** Integration plugin for ROOST Coop. */

import { CONFIG_FIELDS } from './config.js';
import type { CoopIntegrationPlugin, IntegrationManifest } from './contract.js';
import { createSignal } from './signal.js';
import rendered from './signal.json' with { type: 'json' };

export { fileReport, relayFlags, toReport } from './report.js';
export { Service } from './service.js';
export type { Coop, FlaggedThread, Relay, ReportOptions } from './report.js';
export type { Flag, LiveAnswer, Message } from './service.js';

export const manifest: IntegrationManifest = {
  ...rendered.manifest,
  requiresConfig: true,
  configurationFields: CONFIG_FIELDS,
};

const plugin: CoopIntegrationPlugin = {
  manifest,
  createSignals: (context) => rendered.signals.map(({ signalTypeId }) => ({ signalTypeId, signal: createSignal(context) })),
};

export default plugin;
