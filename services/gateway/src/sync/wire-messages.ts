import { eventOfFrame, type WireForm } from './wire-form.ts';

/** Messages that many streams get: encoded once in each form, as events only where somebody follows by them. */
export class WireMessages {
  /** Bytes of the gRPC form. */
  readonly bytes: number;
  private readonly frames: readonly Buffer[];
  private events: readonly Buffer[] | undefined;

  constructor(frames: readonly Buffer[]) {
    this.frames = frames;
    this.bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
  }

  in(form: WireForm): readonly Buffer[] {
    return form === 'grpc' ? this.frames : (this.events ??= this.frames.map(eventOfFrame));
  }
}
