import { randomUUID } from 'node:crypto';
import {
  createUsageRecorder,
  uuidv7,
  type CompiledDefinitions,
  type ContextHandle,
  type EvaluationDetails,
  type PrivateNames,
  type UsageItem,
  type UsageRecorder,
} from '@stitchd/core';
import { Ingestion } from '@stitchd/proto/event/v1/event';
import { createBoundedMap, withCall, type Logger, type Principal } from '@stitchd/service-kit';
import type { GatewayContext } from '../context.ts';
import { gatewaySender, maxUsageEnvironments, usageBatchItems, usageReportMs } from '../limits.ts';

/** Counts what this gateway evaluates for those who can't: remote clients and pages. */
export interface RemoteUsage {
  /** One flag was asked for. */
  readonly read: (
    principal: Principal,
    compiled: CompiledDefinitions,
    flagKey: string,
    details: EvaluationDetails<unknown>,
    context: ContextHandle,
  ) => void;
  /** All flags were answered: hears the answers, one by one. */
  readonly delivery: (principal: Principal, compiled: CompiledDefinitions, context: ContextHandle) => UsageRecorder['deliver'];
  /** The answers that are the same for everybody were part of an answer about all flags. */
  readonly deliverConstant: (principal: Principal, compiled: CompiledDefinitions, clientVisibleOnly: boolean) => void;
  readonly start: () => void;
  readonly stop: () => Promise<void>;
}

interface EnvironmentUsage {
  /** In whose name it is told: the key that asked last. */
  principal: Principal;
  /** The definitions by which was evaluated last. */
  compiled: CompiledDefinitions;
  readonly recorder: UsageRecorder;
  /** By id: a later summary replaces an earlier one that is not sent yet. */
  readonly waiting: Map<string, UsageItem>;
  /** Answers about all flags that a key of each kind may see, since the last report. */
  readonly answers: Map<CompiledDefinitions, { all: number; clientVisible: number }>;
}

const noNames: PrivateNames = new Set();

export function createRemoteUsage(options: {
  readonly call: GatewayContext['call'];
  readonly nowMs: () => number;
  readonly randomBytes: (bytes: number) => Uint8Array;
  readonly log: Logger;
}): RemoteUsage {
  const { nowMs, log } = options;
  const environments = createBoundedMap<EnvironmentUsage>(maxUsageEnvironments);
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;

  function usageOf(principal: Principal, compiled: CompiledDefinitions): EnvironmentUsage {
    const name = principal.environmentId ?? '';
    let usage = environments.get(name);
    if (usage === undefined) environments.set(name, (usage = newUsage(principal, compiled)));
    usage.principal = principal;
    usage.compiled = compiled;
    return usage;
  }

  function newUsage(principal: Principal, compiled: CompiledDefinitions): EnvironmentUsage {
    const waiting = new Map<string, UsageItem>();
    const usage: EnvironmentUsage = {
      principal,
      compiled,
      waiting,
      answers: new Map(),
      recorder: createUsageRecorder({
        send: (item) => waiting.set(item.id, structuredClone(item)).size > 0,
        isFailing: () => waiting.size >= usageBatchItems,
        observesValues: () => usage.compiled.eventSettings.observeValues,
        privateNames: noNames,
        newId: (atMs) => uuidv7(atMs, options.randomBytes(10)),
        intervalMs: usageReportMs,
        nowMs,
      }),
    };
    return usage;
  }

  async function send(usage: EnvironmentUsage): Promise<void> {
    const items = [...usage.waiting.values()].slice(0, usageBatchItems);
    if (items.length === 0) return;
    const body = new TextEncoder().encode(JSON.stringify({ sentAt: nowMs(), sdk: gatewaySender, items }));
    const call = { requestId: randomUUID(), principal: usage.principal, deadlineMs: undefined };
    await withCall(call, () => options.call(Ingestion.method.ingest, { body, contentEncoding: '' }));
    for (const item of items) if (usage.waiting.get(item.id) === item) usage.waiting.delete(item.id);
  }

  async function report(isLast: boolean): Promise<void> {
    for (const [, usage] of environments.entries()) {
      addConstants(usage);
      usage.recorder.report(isLast);
      try {
        await send(usage);
      } catch (error) {
        // The next summary holds it all again.
        log.warn({ err: error, environmentId: usage.principal.environmentId }, 'usage could not be told; it is told later');
      }
    }
  }

  function reportOnce(isLast: boolean): Promise<void> {
    sending ??= report(isLast).finally(() => {
      sending = undefined;
    });
    return sending;
  }

  return {
    read: (principal, compiled, flagKey, details, context) =>
      usageOf(principal, compiled).recorder.read(flagKey, details, context),
    delivery(principal, compiled, context) {
      const { recorder } = usageOf(principal, compiled);
      recorder.observe(context);
      return (flagKey, details) => recorder.deliver(flagKey, details);
    },
    deliverConstant(principal, compiled, clientVisibleOnly) {
      const { answers } = usageOf(principal, compiled);
      const counted = answers.get(compiled) ?? { all: 0, clientVisible: 0 };
      counted[clientVisibleOnly ? 'clientVisible' : 'all']++;
      answers.set(compiled, counted);
    },
    start() {
      timer = setInterval(() => void reportOnce(false), usageReportMs);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      await sending;
      await reportOnce(true);
    },
  };
}

/** Answers that are written once for everybody are counted by the list that they were part of. */
function addConstants({ answers, recorder }: EnvironmentUsage): void {
  for (const [compiled, { all, clientVisible }] of answers)
    for (const { key, archived, constant, clientVisible: isVisible } of compiled.flags.values()) {
      const times = all + (isVisible ? clientVisible : 0);
      if (!archived && constant !== undefined && times > 0) recorder.deliverTimes(key, constant, times);
    }
  answers.clear();
}
