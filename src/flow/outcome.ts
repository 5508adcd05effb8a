// What performing an effect is given, and what comes of it.
import type { Effect, PlannedEffect } from "../core/effects.ts";
import type { Event } from "../core/events.ts";
import type { Pledge } from "../core/pledge.ts";
import type { Clock, CommentRef, Mailer } from "../ports.ts";
import type { Sources } from "./facts.ts";
import type { Platform } from "./platform.ts";
import type { Reconciler } from "./reconcile.ts";

/** What performing needs: the other sides, the newest state, and who we are. */
export type Performing = Sources & {
  clock: Clock;
  publicUrl: string;
  platform: Platform;
  reconciler: Reconciler;
  /** null: no mail is sent. */
  mailer: Mailer | null;
  /** The signed link to a backer's own page. */
  backerLink(pledge: Pledge): string;
};

export interface Outcome {
  events?: Event[];
  effects?: PlannedEffect[];
  reply?: CommentRef & { key: string };
  /** The effect is not done: it goes on with this. */
  again?: { effect: Effect; dueAt: number };
}

/** The effect of one name, as the row carries it. */
export type Named<Name extends Effect["effect"]> = Extract<Effect, { effect: Name }>;
