// Customers: made by Checkout when the app asks for one, or by the app itself.
import { emit } from "./emit.ts";
import { notFound } from "./errors.ts";
import { emailAddress, mergeMetadata, metadata, text } from "./fields.ts";
import { newId, randomText } from "./ids.ts";
import { listRows, pageFields } from "./pagination.ts";
import { type Call, type Route, route } from "./route.ts";
import { addRow, findRow, nowSeconds, type World } from "./state.ts";
import type { Customer, Metadata } from "./types.ts";

interface CustomerData {
  email?: string | null;
  name?: string | null;
  description?: string | null;
  metadata?: Metadata;
}

export function makeCustomer(world: World, data: CustomerData): Customer {
  const row = addRow(world, "customers", {
    id: newId(world, "cus"),
    object: "customer",
    address: null,
    balance: 0,
    created: nowSeconds(world),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: data.description ?? null,
    discount: null,
    email: data.email ?? null,
    invoice_prefix: randomText(world, 8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: data.metadata ?? {},
    name: data.name ?? null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: "none",
    test_clock: null,
  });
  emit(world, "customer.created", row);
  return row;
}

const fields = {
  description: text(),
  email: emailAddress(),
  metadata: metadata(),
  name: text(256),
};

function create({ world, params }: Call<typeof fields>): Customer {
  return makeCustomer(world, {
    description: params.description ?? null,
    email: params.email ?? null,
    metadata: mergeMetadata(null, params.metadata ?? {}),
    name: params.name ?? null,
  });
}

function retrieve({ world, id }: Pick<Call<Record<never, never>>, "world" | "id">): Customer {
  const customer = findRow(world, "customers", id);
  if (!customer) throw notFound("customer", id);
  return customer;
}

function update({ world, id, params }: Call<typeof fields>): Customer {
  const customer = retrieve({ world, id });
  customer.description = params.description ?? customer.description;
  customer.email = params.email ?? customer.email;
  customer.name = params.name ?? customer.name ?? null;
  customer.metadata = mergeMetadata(customer.metadata, params.metadata);
  emit(world, "customer.updated", customer);
  return customer;
}

const listFields = { ...pageFields, email: text() };

function list({ world, params }: Call<typeof listFields>): object {
  return listRows(world, {
    table: "customers",
    url: "/v1/customers",
    params,
    where: ({ email }) => (params.email ?? email) === email,
  });
}

export const customerRoutes: Route[] = [
  route("POST", "/v1/customers", fields, create),
  route("GET", "/v1/customers", listFields, list),
  route("GET", "/v1/customers/:id", {}, retrieve),
  route("POST", "/v1/customers/:id", fields, update),
];
