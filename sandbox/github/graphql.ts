// Runs GraphQL queries over nodes made of plain functions: it walks the parsed query itself, so that an
// unknown field, a refusal or a missing object becomes the error that GitHub answers with.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from "graphql";
import type { Call } from "./call.ts";
import { isBody } from "./fields.ts";
import { mutationRoot } from "./graphql-mutations.ts";
import { createGraph, queryRoot } from "./graphql-nodes.ts";
import type { Args, GraphNode } from "./graphql-types.ts";
import { ApiError, apiError, type Reply } from "./http.ts";

interface Run {
  variables: Record<string, unknown>;
  fragments: Map<string, FragmentDefinitionNode>;
  errors: Record<string, unknown>[];
}

class UnknownField extends Error {}

export function runGraphql(call: Call): Reply {
  const { actor, body } = call;
  if (actor.kind === "anonymous" || actor.kind === "app") {
    throw apiError(401, "This endpoint requires you to be authenticated.");
  }
  const query = body["query"];
  if (typeof query !== "string")
    throw apiError(400, "A query attribute must be specified and must be a string.");
  try {
    return { status: 200, body: execute(call, query) };
  } catch (error) {
    if (error instanceof GraphQLError)
      return { status: 200, body: { errors: [{ message: error.message }] } };
    throw error;
  }
}

function execute(call: Call, query: string): Record<string, unknown> {
  const document: DocumentNode = parse(query);
  const wanted = call.body["operationName"];
  const operations = document.definitions.filter(
    (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
  );
  const operation = operations.find((one) => !wanted || one.name?.value === wanted);
  if (!operation) return { errors: [{ message: "No operation was found." }] };
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of document.definitions) {
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  }
  const run: Run = {
    variables: variablesOf(operation, call.body["variables"]),
    fragments,
    errors: [],
  };
  const graph = createGraph(call);
  const root = operation.operation === "mutation" ? mutationRoot(graph) : queryRoot(graph);
  try {
    const data = select(run, root, operation.selectionSet, []);
    return run.errors.length > 0 ? { data, errors: run.errors } : { data };
  } catch (error) {
    if (error instanceof UnknownField) return { errors: run.errors };
    throw error;
  }
}

function variablesOf(operation: OperationDefinitionNode, given: unknown): Record<string, unknown> {
  const values: Record<string, unknown> = isBody(given) ? { ...given } : {};
  for (const one of operation.variableDefinitions ?? []) {
    const name = one.variable.name.value;
    if (values[name] === undefined && one.defaultValue) {
      values[name] = valueFromASTUntyped(one.defaultValue);
    }
    if (values[name] === undefined && one.type.kind === Kind.NON_NULL_TYPE) {
      throw new GraphQLError(`Variable $${name} of type was provided invalid value`);
    }
  }
  return values;
}

function isNode(value: unknown): value is GraphNode {
  return isBody(value) && typeof value["type"] === "string" && isBody(value["fields"]);
}

function select(run: Run, node: GraphNode, set: SelectionSetNode, path: (string | number)[]) {
  const result: Record<string, unknown> = {};
  for (const field of collect(run, node, set.selections)) {
    const key = field.alias?.value ?? field.name.value;
    const value = resolve(run, node, field, [...path, key]);
    const before = result[key];
    result[key] = isBody(before) && isBody(value) ? { ...before, ...value } : value;
  }
  return result;
}

/** The fields that apply to the node, fragments opened. */
function collect(run: Run, node: GraphNode, selections: readonly SelectionNode[]): FieldNode[] {
  return selections.flatMap((one) => {
    if (!isIncluded(run, one)) return [];
    if (one.kind === Kind.FIELD) return [one];
    const fragment = one.kind === Kind.FRAGMENT_SPREAD ? run.fragments.get(one.name.value) : one;
    if (!fragment) throw new GraphQLError("A fragment that is used was not defined");
    const on = fragment.typeCondition?.name.value;
    if (on && on !== node.type && !node.also.includes(on)) return [];
    return collect(run, node, fragment.selectionSet.selections);
  });
}

function isIncluded(run: Run, selection: SelectionNode): boolean {
  return (selection.directives ?? []).every((one) => {
    const argument = one.arguments?.find((each) => each.name.value === "if");
    const value = argument ? valueFromASTUntyped(argument.value, run.variables) : true;
    return one.name.value === "skip" ? value !== true : value === true;
  });
}

function resolve(run: Run, node: GraphNode, field: FieldNode, path: (string | number)[]): unknown {
  const name = field.name.value;
  if (name === "__typename") return node.type;
  const resolver = node.fields[name];
  if (!resolver) throw unknownField(run, node, field, path);
  const args: Args = {};
  for (const one of field.arguments ?? []) {
    args[one.name.value] = valueFromASTUntyped(one.value, run.variables);
  }
  try {
    return complete(run, resolver(args), field, path);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const type = { 403: "FORBIDDEN", 404: "NOT_FOUND" }[error.reply.status] ?? "UNPROCESSABLE";
    run.errors.push({ type, path, locations: locations(field), message: error.message });
    return null;
  }
}

function complete(run: Run, value: unknown, field: FieldNode, path: (string | number)[]): unknown {
  if (Array.isArray(value)) {
    return value.map((one: unknown, index) => complete(run, one, field, [...path, index]));
  }
  if (!isNode(value)) return value ?? null;
  if (!field.selectionSet) {
    throw new GraphQLError(
      `Field must have selections (field '${field.name.value}' returns ${value.type})`,
    );
  }
  return select(run, value, field.selectionSet, path);
}

function unknownField(
  run: Run,
  node: GraphNode,
  field: FieldNode,
  path: (string | number)[],
): Error {
  const fieldName = field.name.value;
  run.errors.push({
    path: ["query", ...path],
    extensions: { code: "undefinedField", typeName: node.type, fieldName },
    locations: locations(field),
    message: `Field '${fieldName}' doesn't exist on type '${node.type}'`,
  });
  return new UnknownField(fieldName);
}

function locations(field: FieldNode) {
  const start = field.loc?.startToken;
  return start ? [{ line: start.line, column: start.column }] : [];
}
