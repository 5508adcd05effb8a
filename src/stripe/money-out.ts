// Money that leaves: refunds to backers and transfers to payees. Whatever an earlier try may have done
// is looked for with list endpoints first (Search lags), by the metadata that each of ours carries.
import type StripeSdk from "stripe";
import type { RefundFact } from "../core/events.ts";
import { PermanentFailure, type Stripe, TransientFailure } from "../ports.ts";
import { effectKeyOf, METADATA, payoutIdOf, refundOf, transferOf } from "./facts.ts";
import { translated, unlessMissing } from "./failures.ts";

type RefundOptions = Parameters<Stripe["refund"]>[0];
type TransferOptions = Parameters<Stripe["transfer"]>[0];
type TransferSeen = Awaited<ReturnType<Stripe["transfer"]>>;

const REFUND_PARTS = ["balance_transaction", "failure_balance_transaction", "charge"];
const TRANSFER_PARTS = ["balance_transaction"];
const PAGE = 100;

export async function refund(sdk: StripeSdk, options: RefundOptions): Promise<RefundFact> {
  const { key, mayExist, effectKey, pledgeId, chargeId, amount, reason } = options;
  const earlier = mayExist ? await findRefund(sdk, options) : null;
  const made =
    earlier ??
    (await translated(
      sdk.refunds.create(
        {
          charge: chargeId,
          // Left out, Stripe returns everything that is left of the charge.
          ...(amount === null ? {} : { amount: Number(amount) }),
          metadata: {
            [METADATA.pledge]: pledgeId,
            [METADATA.effect]: effectKey,
            [METADATA.reason]: reason,
          },
          expand: REFUND_PARTS,
        },
        { idempotencyKey: key },
      ),
    ));
  return ours(refundOf(made), made.id);
}

async function findRefund(
  sdk: StripeSdk,
  { chargeId, effectKey }: RefundOptions,
): Promise<StripeSdk.Refund | null> {
  const expand = REFUND_PARTS.map((part) => `data.${part}`);
  const listed = sdk.refunds.list({ charge: chargeId, limit: PAGE, expand });
  return firstOf(listed, (one) => effectKeyOf(one) === effectKey);
}

export async function readRefund(sdk: StripeSdk, refundId: string): Promise<RefundFact | null> {
  const found = await unlessMissing(sdk.refunds.retrieve(refundId, { expand: REFUND_PARTS }));
  return found === null ? null : refundOf(found);
}

/** Out of the very charge that the pledge paid, so it succeeds before that money is available. */
export async function transfer(sdk: StripeSdk, options: TransferOptions): Promise<TransferSeen> {
  const { key, mayExist, payout, accountId, chargeId, issue } = options;
  const earlier = mayExist ? await findTransfer(sdk, options) : null;
  const made =
    earlier ??
    (await translated(
      sdk.transfers.create(
        {
          amount: Number(payout.amount),
          currency: payout.currency,
          destination: accountId,
          source_transaction: chargeId,
          transfer_group: payout.campaignId,
          description: `Work on ${issue}`,
          metadata: { [METADATA.payout]: payout.id, [METADATA.pledge]: payout.pledgeId },
          expand: TRANSFER_PARTS,
        },
        { idempotencyKey: key },
      ),
    ));
  return ours(transferOf(made), made.id);
}

/** Not by destination: should the payee's account ever change, the one before must still be found. */
async function findTransfer(
  sdk: StripeSdk,
  { payout }: TransferOptions,
): Promise<StripeSdk.Transfer | null> {
  const listed = sdk.transfers.list({
    transfer_group: payout.campaignId,
    limit: PAGE,
    expand: TRANSFER_PARTS.map((part) => `data.${part}`),
  });
  return firstOf(listed, (one) => payoutIdOf(one) === payout.id);
}

export async function readTransfer(
  sdk: StripeSdk,
  transferId: string,
): Promise<TransferSeen | null> {
  const found = await unlessMissing(sdk.transfers.retrieve(transferId, { expand: TRANSFER_PARTS }));
  return found === null ? null : transferOf(found);
}

/**
 * Over all pages. A refused look (by another account's key, say) is no word on what it looks for: the
 * earlier try may have been done, so that it must not count as a refusal of it.
 */
async function firstOf<T>(
  listed: AsyncIterable<T>,
  matches: (one: T) => boolean,
): Promise<T | null> {
  try {
    return await translated(
      (async () => {
        for await (const one of listed) if (matches(one)) return one;
        return null;
      })(),
    );
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
    throw new TransientFailure("an earlier try cannot be looked for", { cause: error });
  }
}

function ours<T>(fact: T | null, id: string): T {
  if (fact === null) throw new Error(`${id} came back without our metadata`);
  return fact;
}
