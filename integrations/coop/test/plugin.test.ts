/** The plugin as Coop loads it: its contract, checked on Coop's published example too. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import example from '@roostorg/coop-integration-example';

import type { CoopIntegrationPlugin, PluginSignalContext } from '../src/contract.js';
import plugin from '../src/index.js';

const SECTIONS = [
  'trainingData',
  'policyAndTaxonomy',
  'annotationMethodology',
  'performanceBenchmarks',
  'biasAndLimitations',
  'implementationGuidance',
  'relevantLinks',
];

for (const [name, found] of [['this plugin', plugin], ['the published example', example]] as const) {
  test(`${name} keeps the contract`, async () => {
    await check(found);
  });
}

/** What Coop's loader asks of a plugin. */
async function check({ manifest, createSignals }: CoopIntegrationPlugin): Promise<void> {
  assert.match(manifest.id, /^[A-Z][A-Z0-9_]*$/);
  assert.match(manifest.version, /^\d+\.\d+\.\d+$/);
  assert.equal(manifest.requiresConfig, (manifest.configurationFields ?? []).length > 0);
  assert.deepEqual((manifest.modelCard?.sections ?? []).map(({ id }) => id).sort(), [...SECTIONS].sort());
  const context: PluginSignalContext = { integrationId: manifest.id, getCredential: async () => ({}) };
  const signals = createSignals?.(context) ?? [];
  assert.deepEqual(signals.map(({ signalTypeId }) => signalTypeId), manifest.signalTypeIds);
  for (const { signalTypeId, signal } of signals) {
    assert.equal(signal.id.type, signalTypeId);
    assert.equal(signal.integration, manifest.id);
    assert.ok(['NUMBER', 'BOOLEAN', 'STRING'].includes(signal.outputType.scalarType));
    assert.ok(signal.eligibleInputs.length > 0);
    assert.equal(typeof signal.getCost(), 'number');
    assert.equal(typeof (await signal.getDisabledInfo('org')).disabled, 'boolean');
    assert.ok(signal.supportedLanguages === 'ALL' || signal.supportedLanguages.every((each) => /^[A-Z]+$/.test(each)));
  }
}

test('it is for human review alone', () => {
  const [entry] = plugin.createSignals!({ integrationId: 'GROOMING_RISK', getCredential: async () => ({}) });
  assert.equal(entry!.signal.allowedInAutomatedRules, false);
  const { highPrecisionThreshold: high, highRecallThreshold: low } = entry!.signal.recommendedThresholds!;
  assert.ok(0 < Number(low) && Number(low) < Number(high) && Number(high) < 1);
});

test('every row of the model card has content', () => {
  for (const section of plugin.manifest.modelCard!.sections!) {
    const fields = [...(section.fields ?? []), ...(section.subsections ?? []).flatMap((each) => each.fields)];
    assert.ok(fields.length > 0, section.id);
    assert.ok(fields.every(({ label, value }) => label && value));
  }
});
