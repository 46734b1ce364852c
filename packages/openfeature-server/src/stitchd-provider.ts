import {
  OpenFeatureEventEmitter,
  ProviderEvents,
  ProviderFatalError,
  ProviderNotReadyError,
  type EvaluationContext,
  type JsonValue,
  type Provider,
  type ResolutionDetails,
  type TrackingEventDetails,
} from '@openfeature/server-sdk';
import { sdkLimits, Stitchd, type EvaluationContext as Subject, type StitchdClient, type StitchdOptions } from '@stitchd/sdk';
import { resolutionOf } from './resolution.ts';
import { gatherChanges, tellEvents } from './status-events.ts';
import { trackOptionsOf } from './track-options.ts';

/** How the provider gets its client: the options of one of its own, or one that the application has. */
export type StitchdProviderOptions = StitchdOptions | StitchdClient;

/** The part of a client that a provider needs, whatever flags the application knows it by. */
type AnyClient = ReturnType<StitchdClient['untyped']>;

/**
 * An OpenFeature provider over the server SDK of Stitchd. Evaluations are answered from memory: the promises that OpenFeature
 * wants are resolved already. OpenFeature's merged context is read as it is: `targetingKey`, attributes (dates included), and
 * objects with a `key` for further kinds.
 *
 * Made of options it starts a client when OpenFeature initialises it, and closes it when OpenFeature shuts it down. Made of a
 * client it leaves starting and closing to whoever made that.
 */
export class StitchdProvider implements Provider {
  readonly metadata = { name: 'stitchd' } as const;
  readonly runsOn = 'server';
  readonly events = new OpenFeatureEventEmitter();
  readonly #source: StitchdProviderOptions;
  #client: AnyClient | undefined;
  #stopEvents: (() => void) | undefined;
  /** OpenFeature may close a provider that it has replaced while that still starts. */
  #closings = 0;

  constructor(source: StitchdProviderOptions) {
    this.#source = source;
    if (isClient(source)) this.#client = source.untyped();
  }

  /** The client that answers; undefined before `initialize` where the provider makes it. For what OpenFeature has no word for. */
  get client(): AnyClient | undefined {
    return this.#client;
  }

  /**
   * Waits for definitions, for as long as the options say (5 s where they don't).
   * @throws ProviderNotReadyError where none came: evaluations answer the defaults of their callers, and OpenFeature is told
   * as soon as they come
   * @throws ProviderFatalError where the server refuses the key, and for options that can't work
   */
  async initialize(): Promise<void> {
    const closings = this.#closings;
    const client = await this.#start(closings);
    const timeoutMs = isClient(this.#source) ? sdkLimits.waitUntilReadyMs : 0;
    const isReady = await client.waitUntilReady({ timeoutMs });
    const { connection, lastError } = client.status();
    // OpenFeature takes the outcome of this call for the state, so that what happens is told only once it knows.
    const changedUntilThen = gatherChanges(client);
    setTimeout(() => {
      const flagsChanged = [...changedUntilThen()];
      if (this.#closings !== closings || this.#stopEvents !== undefined) return;
      this.#stopEvents = tellEvents(client, this.events);
      if (flagsChanged.length > 0) this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged });
    }, 0);
    if (isReady) return;
    const why = lastError ?? 'no answer yet';
    if (connection === 'refused') throw new ProviderFatalError(`the server refuses this SDK key: ${why}`);
    throw new ProviderNotReadyError(`there are no definitions yet: ${why}`);
  }

  /** Sends what is queued and ends a client of its own. */
  async onClose(): Promise<void> {
    this.#closings++;
    this.#stopEvents?.();
    this.#stopEvents = undefined;
    if (isClient(this.#source)) return;
    const client = this.#client;
    this.#client = undefined;
    await client?.close();
  }

  /** Evaluates a boolean flag for OpenFeature's merged context; a running experiment counts it as read. */
  async resolveBooleanEvaluation(
    flagKey: string,
    defaultValue: boolean,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<boolean>> {
    return resolutionOf(this.#ready().booleanDetails(flagKey, context as Subject, defaultValue));
  }

  /** The same for text. */
  async resolveStringEvaluation(
    flagKey: string,
    defaultValue: string,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<string>> {
    return resolutionOf(this.#ready().stringDetails(flagKey, context as Subject, defaultValue));
  }

  /** The same for integers and doubles alike. */
  async resolveNumberEvaluation(
    flagKey: string,
    defaultValue: number,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<number>> {
    return resolutionOf(this.#ready().numberDetails(flagKey, context as Subject, defaultValue));
  }

  /** The same for JSON; the value is frozen. */
  async resolveObjectEvaluation<T extends JsonValue>(
    flagKey: string,
    defaultValue: T,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<T>> {
    return resolutionOf(this.#ready().jsonDetails(flagKey, context as Subject, defaultValue)) as ResolutionDetails<T>;
  }

  /** Queues an event: `value` is its number, all else its properties. Does nothing before the provider is initialised. */
  track(trackingEventName: string, context: EvaluationContext, trackingEventDetails: TrackingEventDetails): void {
    this.#client?.track(trackingEventName, context as Subject, trackOptionsOf(trackingEventDetails));
  }

  async #start(closings: number): Promise<AnyClient> {
    if (this.#client !== undefined) return this.#client;
    const made = await startClient(this.#source as StitchdOptions);
    if (this.#closings !== closings) {
      await made.close();
      throw new ProviderNotReadyError('the provider was closed while it started');
    }
    this.#client = made;
    return made;
  }

  /** OpenFeature asks nothing of a provider that is not initialised; whoever asks it directly is told. */
  #ready(): AnyClient {
    if (this.#client === undefined) throw new ProviderNotReadyError('the provider is not initialised');
    return this.#client;
  }
}

/** @throws ProviderFatalError for options that can't work */
async function startClient(options: StitchdOptions): Promise<AnyClient> {
  try {
    return (await Stitchd.init(options)).untyped();
  } catch (error) {
    throw new ProviderFatalError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function isClient(source: StitchdProviderOptions): source is StitchdClient {
  return 'waitUntilReady' in source;
}
