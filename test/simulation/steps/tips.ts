// Tips: somebody offers one in a comment, somebody pays it through the link of the reply.
import { hiddenFields } from "../../../sandbox/visitor.ts";
import type { World } from "../world.ts";
import { signedIn } from "./payees.ts";
import { type Place, threadOf } from "./places.ts";
import { wordSteps } from "./words.ts";

export const tipSteps = {
  /** `tip` names it, and the form that pays it. */
  async offerTip(
    world: World,
    step: { tip: string; on: Place; by: string; to: string; amount: string },
  ): Promise<void> {
    const { tip, on, by, to, amount } = step;
    const { github } = world.town;
    const [byId, toId] = [github.user(by).id, github.user(to).id];
    await wordSteps.say(world, { on, by, text: `/tip @${to} ${amount}` });
    const said = world.notes.comments.at(-1);
    if (said === undefined || threadOf(world, on) === null) return;
    world.notes.tips.push({ tip, byId, toId, commentId: said.id, thread: said, campaign: null });
  },

  /** The reply's link is followed, by a guest or `as` somebody, and its form sent; `cents` is what the card is to be charged. */
  async clickTip(
    world: World,
    step: { tip: string; cents: number; clicks: number; as?: string },
  ): Promise<void> {
    const url = linkOf(world, step.tip);
    if (url === null) return;
    const { notes, town } = world;
    const known = notes.tips.find(({ tip }) => tip === step.tip);
    if (known !== undefined) known.campaign = /\/tips\/([^/?]+)/.exec(url)?.[1] ?? null;
    const browser = step.as === undefined ? world.browser() : await signedIn(world, step.as);
    if (browser === null) return;
    const shown = await browser.get(url);
    const isGuest = !shown.text.includes("You are signed in as");
    const byId = step.as === undefined || isGuest ? null : town.github.user(step.as).id;
    const fields = hiddenFields(shown);
    const amount = (step.cents / 100).toFixed(2);
    await Promise.all(
      Array.from({ length: step.clicks }, async () => {
        const at = world.now();
        const page = await browser.post(url.split("?")[0] ?? "", { ...fields, amount });
        if (page.status === 500) notes.oddities.push("the tip's form was answered 500");
        const session = /\/c\/pay\/(cs_[a-zA-Z0-9_]+)/.exec(page.location ?? "")?.[1] ?? null;
        world.say(`the tip ${step.tip} is answered ${page.status}`);
        const issue = known?.thread.thread ?? 0;
        const { tip: form, cents } = step;
        notes.clicks.push({ at, issue, form, cents, mode: "pay-now", session, byId });
      }),
    );
  },
};

/** The reply names the delivery of its command. */
function linkOf({ notes, town }: World, slot: string): string | null {
  const offer = notes.tips.find(({ tip }) => tip === slot);
  if (offer === undefined) return null;
  const guids = [...notes.told.values()]
    .filter(({ commentId }) => commentId === offer.commentId)
    .map(({ guid }) => guid);
  const reply = town.github
    .comments(offer.thread.repository, offer.thread.thread)
    .find(({ body }) => guids.some((guid) => body?.includes(guid)));
  return /\]\((http[^)]+\/tips\/[^)]+)\)/.exec(reply?.body ?? "")?.[1] ?? null;
}
