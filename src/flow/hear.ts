// Whose command is counted, and how much attention it gets: in the transaction that decides the command, so that
// what is tried again after a crash counts once.
import { attentionTo, type Hearing, hearOneMore, isCounted } from "../core/attention.ts";
import type { Given } from "../core/refused.ts";
import { type Transaction, TransientFailure } from "../ports.ts";
import type { Ask, Question } from "./ask.ts";
import type { Resolved } from "./facts.ts";

/** null: there is no command, or a maintainer gives it. */
export async function hear(
  trx: Transaction,
  { repository, asks, roleAsked = true }: Resolved,
  at: number,
): Promise<Hearing | null> {
  const given = asks.map(givenIn).find((one) => one !== null);
  if (given === undefined || repository === undefined) return null;
  const { id: repositoryId, installationId } = repository;
  const { policy } = await trx.load({ of: "repository", repositoryId });
  if (!isCounted(given.asked, policy)) return null;
  const whom = { personId: given.asked.by.id, installationId };
  const before = await trx.heard(whom);
  const attention = attentionTo(before, at);
  // Another process counted meanwhile. Whether it is a maintainer is asked when it is tried again.
  if (attention !== "answer" && !roleAsked) {
    throw new TransientFailure("it is not known whether a maintainer gives the command");
  }
  return { attention, heard: hearOneMore(before, { ...whom, at }) };
}

/** The command that somebody gave on GitHub; events and what the pages ask are answered elsewhere. */
export function givenIn(question: Ask): Pick<Given, "asked" | "request"> | null {
  if ("refused" in question) return question;
  if (!("command" in question)) return null;
  return question.command.command === "onGithub" ? question.command : null;
}

/** Done without a reaction. */
export function withoutAnswer(question: Question): Question {
  if (!("command" in question) || question.command.command !== "onGithub") return question;
  const { command } = question;
  return { ...question, command: { ...command, asked: { ...command.asked, commentId: null } } };
}
