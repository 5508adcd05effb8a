// How a decision of the core is tested: given a situation, when a command or an event, then postings and
// effects as text.
import { expect } from "@jest/globals";
import { type Command, decideCommand, decideEvent } from "../src/core/decide.ts";
import type { Answer, Change, Decision, Situation } from "../src/core/decision.ts";
import { effectKey, type PlannedEffect } from "../src/core/effects.ts";
import type { Event } from "../src/core/events.ts";
import { assertLawful, describe as inWords } from "../src/core/ledger.ts";
import type { Refusal } from "../src/core/refusals.ts";

/** The last state of each kind of entity that a decision writes, as parts to match. */
export interface Expected {
  refusal?: Refusal["refusal"];
  postings?: string[];
  /** `card:c1`, or `return:p1:0 in 60d` when it is due later. */
  effects?: string[];
  /** Mails to backers, told apart from the other effects: `mail:your link:p1:`. */
  mails?: string[];
  changes?: Partial<Record<Change["put"], object>>;
  /** Kinds of entities that must not be written. */
  untouched?: Change["put"][];
}

export interface Then {
  answer: Answer;
  /** Throws, like `expect`, when the decision differs in a part that is named. */
  then(expected: Expected): Then;
  /** Throws unless the decision is empty: a fact already known. */
  thenNothing(): void;
}

export function given(situation: Situation): { when(what: Command | Event): Then } {
  return {
    when(what) {
      const answer: Answer =
        "event" in what
          ? { ok: true, decision: decideEvent(what, situation) }
          : decideCommand(what, situation);
      if (answer.ok) for (const posting of answer.decision.postings) assertLawful(posting);
      const self: Then = {
        answer,
        // biome-ignore lint/suspicious/noThenProperty: the word that tests are read by
        then(expected) {
          check(answer, expected, situation.at);
          return self;
        },
        thenNothing() {
          expect(answer).toEqual({
            ok: true,
            decision: { changes: [], postings: [], effects: [] },
          });
        },
      };
      return self;
    },
  };
}

function check(answer: Answer, expected: Expected, at: number): void {
  expect(answer.ok ? undefined : answer.refusal.refusal).toBe(expected.refusal);
  if (!answer.ok) return;
  const { decision } = answer;
  const { postings, effects, mails, changes = {}, untouched = [] } = expected;
  if (postings !== undefined) expect(decision.postings.map(inWords)).toEqual(postings);
  if (effects !== undefined) {
    expect(effectsInWords(decision, at)).toEqual([...new Set(effects)].sort());
  }
  if (mails !== undefined) expect(mailsInWords(decision, at)).toEqual([...mails].sort());
  for (const [kind, parts] of Object.entries(changes)) {
    expect(lastOf(decision, kind)).toMatchObject(parts);
  }
  for (const kind of untouched) expect(lastOf(decision, kind)).toBeUndefined();
}

/** Sorted, each once: the order of effects means nothing. */
export function effectsInWords({ effects }: Decision, at: number): string[] {
  const others = effects.filter(({ effect }) => effect.effect !== "mailBacker");
  return [...new Set(others.map((planned) => effectInWords(planned, at)))].sort();
}

function mailsInWords({ effects }: Decision, at: number): string[] {
  const mails = effects.filter(({ effect }) => effect.effect === "mailBacker");
  return mails.map((planned) => effectInWords(planned, at)).sort();
}

function effectInWords({ effect, dueAt }: PlannedEffect, at: number): string {
  if (dueAt === null) return effectKey(effect);
  const minutes = (dueAt - at) / 60_000;
  const wait = minutes % 1440 === 0 ? `${minutes / 1440}d` : `${minutes}min`;
  return `${effectKey(effect)} in ${wait}`;
}

/** What a store would hold after the decision: the last whole entity put of that kind. */
export function lastOf({ changes }: Decision, kind: string): object | undefined {
  const change = changes.findLast(({ put }) => put === kind);
  if (change === undefined) return undefined;
  const value = Object.entries(change).find(([name]) => name === kind)?.[1];
  return kind === "policy" ? change : (value as object);
}
