// Payment methods in requests: whose they are, whether they may still be used, attaching and detaching.
import { makePaymentMethod, testCards } from "./cards.ts";
import { emit } from "./emit.ts";
import { invalidRequest, notFound } from "./errors.ts";
import { required, text } from "./fields.ts";
import { attachTo, spend } from "./payments.ts";
import { reference } from "./references.ts";
import { type Call, type Route, route } from "./route.ts";
import { findRow, type World } from "./state.ts";
import type { PaymentMethod } from "./types.ts";

type NoFields = Record<never, never>;

/** `pm_card_visa` and its like make a new payment method each time they are used. */
export function methodFor(world: World, id: string, customer: string | null): PaymentMethod {
  const card = testCards.find(({ shortcut }) => shortcut === id);
  if (card) return makePaymentMethod(world, card, { email: null, name: null });
  const method = reference(world, "paymentMethods", id, "payment_method");
  if (method.customer !== null && method.customer !== customer) {
    const message =
      "The provided PaymentMethod belongs to a Customer. Please include the Customer in the `customer` parameter on the PaymentIntent.";
    throw invalidRequest(message, { param: "payment_method" });
  }
  if (method.customer === null && world.state.cards.get(id)?.spent) {
    throw invalidRequest(
      "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.",
    );
  }
  return method;
}

function find({ world, id }: Call<NoFields>): PaymentMethod {
  const method = findRow(world, "paymentMethods", id);
  if (!method) throw notFound("PaymentMethod", id, "payment_method");
  return method;
}

function detach(call: Call<NoFields>): PaymentMethod {
  const method = find(call);
  if (method.customer === null) {
    throw invalidRequest("The payment method you provided is not attached to a customer.");
  }
  const previous = { customer: method.customer };
  method.customer = null;
  spend(call.world, method);
  emit(call.world, "payment_method.detached", method, { previous });
  return method;
}

const attachFields = { customer: required(text()) };

function attach({ world, id, params }: Call<typeof attachFields>): PaymentMethod {
  const customer = reference(world, "customers", params.customer, "customer");
  const method = methodFor(world, id, customer.id);
  attachTo(world, method, customer.id);
  return method;
}

export const paymentMethodRoutes: Route[] = [
  route("GET", "/v1/payment_methods/:id", {}, find),
  route("POST", "/v1/payment_methods/:id/attach", attachFields, attach),
  route("POST", "/v1/payment_methods/:id/detach", {}, detach),
];
