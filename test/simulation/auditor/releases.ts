// Nothing is released that no maintainer was shown, and only to people who are who they say.
import type { World } from "../world.ts";
import { askedFor, giversTo } from "./handovers.ts";
import { isNamed, loginsOf, shareOf } from "./shares.ts";
import { isTip } from "./tips.ts";

/** A payee may ask that another is paid: whether that was agreed to is judged by the rule on handovers. */
export function releasesWereShown(world: World): string[] {
  return world.town.stripe.transfers().flatMap((transfer) => {
    const share = shareOf(world, transfer);
    // A tip names its one payee itself.
    if (isTip(world, share.campaign) || isNamed(world, share)) return [];
    const givers = giversTo(world, share, askedFor);
    if (givers.some((payeeId) => isNamed(world, { ...share, payeeId }))) return [];
    const names = loginsOf(world, share.payeeId).join(" or ");
    return [`${transfer.id} paid ${names} for #${share.issue}: nobody was shown it`];
  });
}

/** Whoever signed in with the id that is owed: a name that somebody else took over is nobody's proof. */
export function payeesAreWhoTheySay({ town, notes }: World): string[] {
  return town.stripe.transfers().flatMap(({ id, destination }) => {
    const account = town.stripe.accounts().find((one) => one.id === destination);
    const payeeId = Number(account?.metadata?.["whipround_payee"]);
    const own = notes.connected.some(
      (one) => one.account === destination && one.personId === payeeId,
    );
    const foreign = notes.connected.some(
      (one) => one.account === destination && one.personId !== payeeId,
    );
    return own && !foreign ? [] : [`${id} went to an account that is not its payee's`];
  });
}
