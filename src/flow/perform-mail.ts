// Mail to backers, where the operator has a mail server. The address is Stripe's knowledge, asked when a mail
// is sent and not kept. A mail whose sending was cut off is sent again, with the same Message-ID.
import { backerMail, laterAt } from "../core/mails.ts";
import { type EffectRow, PermanentFailure } from "../ports.ts";
import type { Named, Outcome, Performing } from "./outcome.ts";

export async function mailBacker(
  { key }: EffectRow,
  effect: Named<"mailBacker">,
  on: Performing,
): Promise<Outcome> {
  const { read, stripe, mailer, backerLink, clock, log } = on;
  const { pledgeId, about, of } = effect;
  if (mailer === null) return {};
  const pledge = await read.pledgeById(pledgeId);
  const whole = pledge === null ? null : await read.wholeCampaign(pledge.campaignId);
  if (pledge === null || whole === null) return {};
  const { campaign, repository } = whole;
  const link = backerLink(pledge);
  const view = { about, of, pledge, campaign, repository, link, at: clock.now() };
  const mail = backerMail(view);
  const dueAt = laterAt(view);
  if (mail === null) return dueAt === null ? {} : { again: { effect, dueAt } };
  const to = await stripe.readEmail(pledge);
  if (to === null) return {};
  try {
    await mailer.send({ ...mail, to, key });
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
    // The mailbox does not exist, say: the page tells the same, and nobody can mend it here.
    log.warn({ effect: key, err: error }, "a mail was refused");
  }
  return {};
}
