// What a payee asks for on their page: that somebody else is paid in their place, or no longer.
import type { Person } from "../core/campaign.ts";
import type { Command } from "../core/decide.ts";
import type { NamedPerson } from "../core/decision.ts";
import { isPayeeOf } from "../core/handover.ts";
import type { Desk, GitHub, Store } from "../ports.ts";
import { type Asking, ask } from "./ask.ts";
import { isInstallationGone } from "./gone.ts";

/** As GitHub has them. */
const LOGIN = /^[a-z0-9](?:[a-z0-9-]{0,38})$/i;

export function createHandoverDesk(
  options: Asking & { store: Store; github: GitHub; wake(): void },
): Pick<Desk, "askHandover" | "withdrawHandover"> {
  const { store, github, wake } = options;

  async function decide(
    campaignId: string,
    command: Command,
  ): ReturnType<Desk["withdrawHandover"]> {
    const subject = { of: "campaign" as const, campaignId };
    const answer = await store.transact((trx) => ask(trx, { subject, command }, options));
    wake();
    return answer.ok ? { ok: true } : answer;
  }

  /** Asked where the campaign is, and only by those whom it pays: nobody is looked up for anybody else. */
  async function named(login: string, campaignId: string, person: Person): Promise<NamedPerson> {
    const nobody = { login, person: null, isBot: false };
    const whole = await store.read.wholeCampaign(campaignId);
    if (whole === null || whole.award === null || !LOGIN.test(login)) return nobody;
    const { repository, award } = whole;
    if (!repository.installed || !isPayeeOf(award, person.id)) return nobody;
    return { ...(await github.personByLogin(repository, login)), login };
  }

  return {
    async askHandover(person, { campaignId, login }) {
      try {
        const known = await named(login, campaignId, person);
        return await decide(campaignId, { command: "askHandover", person, named: known });
      } catch (error) {
        // It was removed a moment ago; the webhook that says so is on its way.
        if (isInstallationGone(error))
          return { ok: false, refusal: { refusal: "appNotInstalled" } };
        throw error;
      }
    },
    withdrawHandover: (person, campaignId) =>
      decide(campaignId, { command: "withdrawHandover", person }),
  };
}
