/**
 * The parts of Coop's plugin contract that this package uses, written down structurally, so that it depends on no
 * package of Coop's. They follow `types/integration.ts` of roostorg/coop.
 */

export type ModelCardField = Readonly<{ label: string; value: string }>;
export type ModelCardSection = Readonly<{
  id: string;
  title: string;
  subsections?: readonly Readonly<{ title: string; fields: readonly ModelCardField[] }>[];
  fields?: readonly ModelCardField[];
}>;
export type ModelCard = Readonly<{
  modelName: string;
  version: string;
  releaseDate?: string;
  sections?: readonly ModelCardSection[];
}>;

export type ConfigField = Readonly<{
  key: string;
  label: string;
  required: boolean;
  inputType: 'text' | 'password' | 'json' | 'array';
  placeholder?: string;
  description?: string;
}>;

export type IntegrationManifest = Readonly<{
  id: string;
  name: string;
  version: string;
  description?: string;
  docsUrl?: string;
  requiresConfig: boolean;
  configurationFields?: readonly ConfigField[];
  signalTypeIds?: readonly string[];
  modelCard?: ModelCard;
  logoPath?: string;
  logoWithBackgroundPath?: string;
}>;

export type PluginSignalContext = Readonly<{
  integrationId: string;
  getCredential: (orgId: string) => Promise<Record<string, unknown>>;
}>;

/** An item that Coop attaches to the input of a signal that asks for context. */
export type ContextItem = Readonly<{
  itemId: string;
  itemTypeId: string;
  data: Readonly<Record<string, unknown>>;
  createdAt?: string;
  creator?: Readonly<{ id: string; typeId: string }>;
}>;

export type EvaluationContext = Readonly<{
  item?: ContextItem;
  thread?: Readonly<{ id: string; typeId: string; messages: readonly ContextItem[]; truncated: boolean }>;
}>;

export type SignalInput = Readonly<{
  value: unknown;
  orgId: string;
  contentId?: string;
  userId?: string;
  context?: EvaluationContext;
}>;

export type DisabledInfo = { disabled: false; disabledMessage?: string } | { disabled: true; disabledMessage: string };

export type PluginSignalDescriptor = Readonly<{
  id: Readonly<{ type: string }>;
  displayName: string;
  description: string;
  docsUrl: string | null;
  recommendedThresholds: Readonly<{
    highPrecisionThreshold: string | number;
    highRecallThreshold: string | number;
  }> | null;
  supportedLanguages: readonly string[] | 'ALL';
  pricingStructure: Readonly<{ type: 'FREE' | 'SUBSCRIPTION' }>;
  eligibleInputs: readonly string[];
  outputType: Readonly<{ scalarType: string }>;
  getCost: () => number;
  run: (input: SignalInput) => Promise<unknown>;
  getDisabledInfo: (orgId: string) => Promise<DisabledInfo>;
  needsMatchingValues: boolean;
  eligibleSubcategories: readonly Readonly<{ id: string; label: string; childrenIds: readonly string[] }>[];
  needsActionPenalties: boolean;
  integration: string;
  allowedInAutomatedRules: boolean;
  contextNeeds?: Readonly<{ includeFullItem?: boolean; includeThread?: boolean; maxThreadMessages?: number }>;
}>;

export type PluginSignalEntry = Readonly<{ signalTypeId: string; signal: PluginSignalDescriptor }>;

export type CoopIntegrationPlugin = Readonly<{
  manifest: IntegrationManifest;
  createSignals?: (context: PluginSignalContext) => readonly PluginSignalEntry[];
}>;

/** Identifies an item of the platform. */
export type ItemIdentifier = Readonly<{ id: string; typeId: string }>;

/** An item as `POST /report` accepts it. */
export type RawItem = ItemIdentifier & Readonly<{ data: Readonly<Record<string, unknown>> }>;

/** Body of `POST /report`. */
export type ReportBody = Readonly<{
  reporter: Readonly<{ kind: 'user'; typeId: string; id: string }>;
  reportedAt: string;
  reportedForReason: Readonly<{ reason: string; policyId?: string }>;
  reportedItem: RawItem;
  reportedItemThread: readonly RawItem[];
  reportedItemsInThread: readonly ItemIdentifier[];
}>;
