// What performing an effect is given, and what comes of it.
import type { Effect, PlannedEffect } from "../core/effects.ts";
import type { Event } from "../core/events.ts";
import type { Clock, CommentRef } from "../ports.ts";
import type { Sources } from "./facts.ts";

/** What performing needs: the other sides, the newest state, and who we are. */
export type Performing = Sources & { clock: Clock; publicUrl: string };

export interface Outcome {
  events?: Event[];
  effects?: PlannedEffect[];
  reply?: CommentRef & { key: string };
  /** The effect is not done: it goes on with this. */
  again?: { effect: Effect; dueAt: number };
}

/** The effect of one name, as the row carries it. */
export type Named<Name extends Effect["effect"]> = Extract<Effect, { effect: Name }>;
