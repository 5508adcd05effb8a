// `/paid <amount>`: somebody was paid outside of Whipround for what nobody has pledged to. A maintainer's
// word and nothing more: it moves no money, and no figure of ours counts it.
import { isAwarded, isOpen, type PaidOutside } from "./campaign.ts";
import type { Asked } from "./commands.ts";
import { hasPledges, lacksRole, readMoney } from "./decide-campaign.ts";
import type { Answer, Situation } from "./decision.ts";
import { accept, done, minimizeWaiting, refuse, show } from "./steps.ts";

/**
 * Ends the bounty or goal, so that nobody pledges to what is paid for. What people have pledged, or could
 * still be paying on Stripe's page, goes to the work or back, and is never called paid by anybody's word.
 */
export function recordPaidOutside(
  { asked, amount }: { asked: Asked; amount: string },
  { policy, campaign, at }: Situation,
): Answer {
  const refusal = lacksRole(asked, policy);
  if (refusal !== null) return refuse(refusal);
  if (campaign === null) return refuse({ refusal: "noCampaign" });
  if (isAwarded(campaign)) return refuse({ refusal: "campaignIsAwarded" });
  if (!isOpen(campaign)) return refuse({ refusal: "campaignIsOver" });
  if (hasPledges(campaign)) return refuse({ refusal: "paidOutsideButPledged" });
  const read = readMoney(amount, campaign.currency);
  if (!read.ok) return refuse(read.refusal);
  const paidOutside: PaidOutside = { amount: read.minor, by: asked.by, at };
  return accept({
    changes: [
      {
        put: "campaign",
        campaign: { ...campaign, state: "expired", waitingPullId: null, paidOutside },
      },
    ],
    effects: [...show(campaign), ...minimizeWaiting(campaign), ...done(asked)],
  });
}
