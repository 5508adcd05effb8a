// What a route answers with, and the refusals in GitHub's own shape.

export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export class ApiError extends Error {
  readonly reply: Reply;
  constructor(reply: Reply, message: string) {
    super(message);
    this.reply = reply;
  }
}

const documentationUrl = "https://docs.github.com/rest";

export function apiError(
  status: number,
  message: string,
  more: { headers?: Record<string, string>; fields?: Record<string, unknown> } = {},
): ApiError {
  const body = {
    message,
    ...more.fields,
    documentation_url: documentationUrl,
    status: String(status),
  };
  const reply: Reply = { status, body };
  if (more.headers) reply.headers = more.headers;
  return new ApiError(reply, message);
}

export function notFound(): ApiError {
  return apiError(404, "Not Found");
}

export function badCredentials(): ApiError {
  return apiError(401, "Bad credentials");
}

export function requiresAuthentication(): ApiError {
  return apiError(401, "Requires authentication");
}

export interface FieldError {
  resource: string;
  field: string;
  code: "missing" | "missing_field" | "invalid" | "already_exists" | "unprocessable" | "custom";
  message?: string;
}

export function validationFailed(...errors: FieldError[]): ApiError {
  const body = { message: "Validation Failed", errors, documentation_url: documentationUrl };
  return new ApiError({ status: 422, body }, "Validation Failed");
}

export function invalidRequest(detail: string): ApiError {
  return apiError(422, `Invalid request.\n\n${detail}`);
}

export function unprocessable(...errors: string[]): ApiError {
  return apiError(422, "Unprocessable Entity", { fields: { errors } });
}

export function ok(body: unknown): Reply {
  return { status: 200, body };
}

export function created(body: unknown): Reply {
  return { status: 201, body };
}

export function noContent(): Reply {
  return { status: 204 };
}
