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
} from '@openfeature/web-sdk';
import { createStitchd, type EvaluationContext as Subject, type StitchdWebClient, type StitchdWebOptions } from '@stitchd/web';
import { resolutionOf } from './resolution.ts';
import { gatherChanges, tellEvents } from './status-events.ts';

/** How the provider gets its client: the options of one of its own, or one that the page has. The context is OpenFeature's. */
export type StitchdWebProviderOptions = Omit<StitchdWebOptions, 'context'> | StitchdWebClient;

/**
 * An OpenFeature provider over the browser SDK of Stitchd: OpenFeature's static context decides which values there are, and
 * each read is answered from them.
 *
 * Made of options it starts a client when OpenFeature initialises it, and closes it when OpenFeature shuts it down. Made of a
 * client it leaves closing to whoever made that.
 */
export class StitchdWebProvider implements Provider {
  readonly metadata = { name: 'stitchd-web' } as const;
  readonly runsOn = 'client';
  readonly events = new OpenFeatureEventEmitter();
  readonly #source: StitchdWebProviderOptions;
  #client: StitchdWebClient | undefined;
  #stopEvents: (() => void) | undefined;
  #closings = 0;
  /** Counts changes of the context: a later one makes an earlier one pointless. */
  #changes = 0;

  constructor(source: StitchdWebProviderOptions) {
    this.#source = source;
    if (isClient(source)) this.#client = source;
  }

  /** The client that answers; undefined before `initialize` where the provider makes it. For what OpenFeature has no word for. */
  get client(): StitchdWebClient | undefined {
    return this.#client;
  }

  /**
   * Waits for values for the context, 5 s at most; those of a bootstrap or of the last visit are there at once.
   * @throws ProviderNotReadyError where none came: reads answer the defaults of their callers, and OpenFeature is told as soon
   * as values come
   * @throws ProviderFatalError where the server refuses the key, and for options that can't work
   */
  async initialize(context: EvaluationContext = {}): Promise<void> {
    const closings = this.#closings;
    const client = this.#start(context);
    const isReady = isClient(this.#source) ? await client.setContext(context as Subject) : await client.waitUntilReady();
    const { connection, lastError } = client.status();
    // OpenFeature takes the outcome of this call for the state, so that what happens is told only once it knows.
    const changedUntilThen = gatherChanges(client);
    setTimeout(() => {
      const flagsChanged = [...changedUntilThen()];
      if (this.#closings !== closings || this.#stopEvents !== undefined) return;
      this.#stopEvents = tellEvents(client, this.events);
      if (flagsChanged.length > 0) this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged });
    }, 0);
    if (isReady || client.status().ready) return;
    const why = lastError ?? 'no answer yet';
    if (connection === 'refused') throw new ProviderFatalError(`the server refuses this client key: ${why}`);
    throw new ProviderNotReadyError(`there are no values yet: ${why}`);
  }

  /**
   * Asks for the values of another context. Reads answer the last values until the new ones are there.
   * @throws ProviderNotReadyError where they did not come in time; they are asked for on, and OpenFeature is told when they come
   */
  async onContextChange(_oldContext: EvaluationContext, newContext: EvaluationContext): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    const change = ++this.#changes;
    if (await client.setContext(newContext as Subject)) return;
    if (change !== this.#changes) return;
    this.#tellWhenLive(client, change);
    throw new ProviderNotReadyError(
      `the values of the new context did not come: ${client.status().lastError ?? 'no answer yet'}`,
    );
  }

  /** Sends what is queued, within a second, and ends a client of its own. */
  async onClose(): Promise<void> {
    this.#closings++;
    this.#stopEvents?.();
    this.#stopEvents = undefined;
    if (isClient(this.#source)) return;
    const client = this.#client;
    this.#client = undefined;
    await client?.flush({ timeoutMs: closeFlushMs });
    client?.close();
  }

  /** Reads a boolean flag; a running experiment counts it as read. */
  resolveBooleanEvaluation(flagKey: string, defaultValue: boolean): ResolutionDetails<boolean> {
    return resolutionOf(this.#ready().booleanDetails(flagKey, defaultValue));
  }

  /** The same for text. */
  resolveStringEvaluation(flagKey: string, defaultValue: string): ResolutionDetails<string> {
    return resolutionOf(this.#ready().stringDetails(flagKey, defaultValue));
  }

  /** The same for integers and doubles alike. */
  resolveNumberEvaluation(flagKey: string, defaultValue: number): ResolutionDetails<number> {
    return resolutionOf(this.#ready().numberDetails(flagKey, defaultValue));
  }

  /** The same for JSON. */
  resolveObjectEvaluation<T extends JsonValue>(flagKey: string, defaultValue: T): ResolutionDetails<T> {
    return resolutionOf(this.#ready().jsonDetails(flagKey, defaultValue)) as ResolutionDetails<T>;
  }

  /** Queues an event about the context of the page: `value` is its number, all else its properties. */
  track(trackingEventName: string, _context: EvaluationContext, trackingEventDetails: TrackingEventDetails): void {
    const { value, ...properties } = trackingEventDetails ?? {};
    this.#client?.track(trackingEventName, {
      ...(value !== undefined && { value }),
      ...(Object.keys(properties).length > 0 && { properties }),
    });
  }

  /** OpenFeature counts the provider as failed until it is told otherwise. */
  #tellWhenLive(client: StitchdWebClient, change: number): void {
    const stop = client.onStatus(({ connection }) => {
      const isLive = connection === 'streaming' || connection === 'polling';
      if (change === this.#changes && connection !== 'closed' && !isLive) return;
      stop();
      if (change === this.#changes && isLive) this.events.emit(ProviderEvents.Ready);
    });
  }

  #start(context: EvaluationContext): StitchdWebClient {
    if (isClient(this.#source)) return this.#source;
    try {
      this.#client = createStitchd({ ...this.#source, context: context as Subject });
      return this.#client;
    } catch (error) {
      throw new ProviderFatalError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  /** OpenFeature asks nothing of a provider that is not initialised; whoever asks it directly is told. */
  #ready(): StitchdWebClient {
    if (this.#client === undefined) throw new ProviderNotReadyError('the provider is not initialised');
    return this.#client;
  }
}

/** How long closing waits for events to be sent: a page that closes it goes on. */
const closeFlushMs = 1_000;

function isClient(source: StitchdWebProviderOptions): source is StitchdWebClient {
  return 'waitUntilReady' in source;
}
