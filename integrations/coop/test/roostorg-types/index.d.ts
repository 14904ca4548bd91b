export type { CoopIntegrationPlugin, IntegrationManifest, PluginSignalContext, PluginSignalDescriptor } from '../../src/contract.js';
export declare function assertModelCardHasRequiredSections(card: object): void;
