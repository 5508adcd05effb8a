// Money that leaves: refunds to backers and transfers to payees. Whatever an earlier try may have done
// is looked for with list endpoints first (Search lags), by the metadata that each of ours carries.
import StripeSdk from "stripe";
import type { RefundFact } from "../core/events.ts";
import { AccountFailure, PermanentFailure, type Stripe, TransientFailure } from "../ports.ts";
import { effectKeyOf, expanded, METADATA, payoutIdOf, refundOf, transferOf } from "./facts.ts";
import { ACCOUNT_INVALID, translated, unlessMissing } from "./failures.ts";
import { firstOf } from "./listing.ts";

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
  const earlier = options.mayExist ? await findTransfer(sdk, options) : null;
  const made = earlier ?? (await makeTransfer(sdk, options));
  return ours(await factOf(sdk, made), made.id);
}

async function makeTransfer(
  sdk: StripeSdk,
  { key, payout, accountId, chargeId, issue }: TransferOptions,
): Promise<StripeSdk.Transfer> {
  if (accountId === null) {
    throw new AccountFailure("the payee disconnected their account", { code: "no_account" });
  }
  return await blamed(
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
  );
}

/**
 * Codes with which Stripe objects to the account that money is sent to (docs.stripe.com/error-codes):
 * anything else is about the charge, the amount or our own account.
 */
const OF_THE_ACCOUNT: readonly string[] = [
  ACCOUNT_INVALID,
  "account_closed",
  "country_unsupported",
  "insufficient_capabilities_for_transfer",
  "no_account",
  "transfers_not_allowed",
];

/** What `sending` answers; a refusal tells whether the payee's account is the reason. */
async function blamed<T>(sending: Promise<T>): Promise<T> {
  try {
    return await translated(sending);
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
    const { code, cause, message } = error;
    const param = cause instanceof StripeSdk.errors.StripeError ? cause.param : undefined;
    const account = OF_THE_ACCOUNT.includes(code) || param === "destination";
    throw account ? new AccountFailure(message, { code, cause }) : error;
  }
}

async function factOf(sdk: StripeSdk, transfer: StripeSdk.Transfer): Promise<TransferSeen | null> {
  if (!transfer.amount_reversed) return transferOf(transfer);
  const { id } = transfer;
  const listed = sdk.transfers.listReversals(id, {
    limit: PAGE,
    expand: ["data.balance_transaction"],
  });
  const reversals: StripeSdk.TransferReversal[] = [];
  await firstOf(listed, (one) => {
    reversals.push(one);
    return false;
  });
  if (reversals.some(({ balance_transaction: booked }) => expanded(booked) === null)) {
    throw new TransientFailure(`a reversal of ${id} is not settled yet`);
  }
  return transferOf(transfer, reversals);
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

export async function reverseTransfer(
  sdk: StripeSdk,
  options: Parameters<Stripe["reverseTransfer"]>[0],
): Promise<TransferSeen | null> {
  const { key, mayExist, effectKey, transferId, amount } = options;
  const listed = sdk.transfers.listReversals(transferId, { limit: PAGE });
  const earlier = mayExist ? await firstOf(listed, (one) => effectKeyOf(one) === effectKey) : null;
  if (earlier === null) {
    const params = { amount: Number(amount), metadata: { [METADATA.effect]: effectKey } };
    await translated(sdk.transfers.createReversal(transferId, params, { idempotencyKey: key }));
  }
  return readTransfer(sdk, transferId);
}

export async function readTransfer(
  sdk: StripeSdk,
  transferId: string,
): Promise<TransferSeen | null> {
  const found = await unlessMissing(sdk.transfers.retrieve(transferId, { expand: TRANSFER_PARTS }));
  return found === null ? null : factOf(sdk, found);
}

function ours<T>(fact: T | null, id: string): T {
  if (fact === null) throw new Error(`${id} came back without our metadata`);
  return fact;
}
