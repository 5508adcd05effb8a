// What a deed is that can be done by hand in the dashboard: a name, the fields of its form, when it is offered,
// and the function it comes to, which is the one behind the control of that name.
import { currencyCodes, parseAmount } from "./currency.ts";
import { Refused } from "./errors.ts";
import { getRow, type TableName, type Tables, type World } from "./state.ts";

export interface ActionField {
  name: string;
  label: string;
  /** A select; left out, a text field. */
  options?: readonly string[];
  placeholder?: string;
}

type Form = Record<string, string>;

export interface Action {
  /** Stands in the form's `do`. */
  name: string;
  label: string;
  about: TableName;
  fields: ActionField[];
  /** Whether it can be done to the object as it is now. */
  offered(world: World, id: string): boolean;
  perform(world: World, id: string, form: Form): void;
}

interface Deed<K extends TableName> {
  label: string;
  fields?: ActionField[];
  offered(row: Tables[K], world: World): boolean;
  perform(world: World, id: string, form: Form): void;
}

export function deeds<K extends TableName>(about: K, named: Record<string, Deed<K>>): Action[] {
  return Object.entries(named).map(([name, deed]) => ({
    name,
    about,
    label: deed.label,
    fields: deed.fields ?? [],
    offered: (world, id) => deed.offered(getRow(world, about, id), world),
    perform: deed.perform,
  }));
}

export const part = (placeholder: string): ActionField => ({
  name: "amount",
  label: "Amount",
  placeholder,
});

/** What was typed into an amount's field, in minor units; undefined when it was left empty. */
export function partOf(form: Form, currency: string): { amount?: number } {
  const typed = form["amount"]?.trim() ?? "";
  if (typed === "") return {};
  const amount = parseAmount(typed, currency);
  if (amount === undefined) throw new Refused(`“${typed}” is not an amount of ${currency}`);
  return { amount };
}

export function oneOf<const T extends string>(values: readonly T[], given: string | undefined): T {
  const found = values.find((value) => value === given);
  if (!found) throw new Refused(`choose one of ${values.join(", ")}`);
  return found;
}

export const currencyField: ActionField = {
  name: "currency",
  label: "Currency",
  options: currencyCodes(),
};

/** An amount that must be there, in the currency that was chosen. */
export function amountIn(form: Form): { amount: number; currency: string } {
  const currency = oneOf(currencyCodes(), form["currency"]);
  const { amount } = partOf(form, currency);
  if (amount === undefined) throw new Refused("enter an amount");
  return { amount, currency };
}
