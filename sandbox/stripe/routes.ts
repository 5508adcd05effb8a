// Every operation that the sandbox performs: what is not in this list answers with Stripe's 404.
import { accountLinkRoutes } from "./account-links.ts";
import { accountRoutes } from "./accounts.ts";
import { balanceRoutes } from "./balances.ts";
import { chargeRoutes } from "./charges.ts";
import { customerRoutes } from "./customers.ts";
import { disputeRoutes } from "./disputes.ts";
import { eventRoutes } from "./events.ts";
import { intentRoutes } from "./intents.ts";
import { capabilityRoutes } from "./onboarding.ts";
import { topupRoutes } from "./operator-money.ts";
import { paymentMethodRoutes } from "./payment-methods.ts";
import { payoutRoutes } from "./payouts.ts";
import { refundRoutes } from "./refunds.ts";
import { reversalRoutes } from "./reversals.ts";
import type { Route } from "./route.ts";
import { sessionRoutes } from "./sessions.ts";
import { setupRoutes } from "./setups.ts";
import { transferRoutes } from "./transfers.ts";

export const routes: Route[] = [
  ...sessionRoutes,
  ...intentRoutes,
  ...setupRoutes,
  ...paymentMethodRoutes,
  ...customerRoutes,
  ...chargeRoutes,
  ...refundRoutes,
  ...transferRoutes,
  ...reversalRoutes,
  ...disputeRoutes,
  ...balanceRoutes,
  ...payoutRoutes,
  ...topupRoutes,
  ...accountRoutes,
  ...capabilityRoutes,
  ...accountLinkRoutes,
  ...eventRoutes,
];
