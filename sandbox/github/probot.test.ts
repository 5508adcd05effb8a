// The sandbox behind a real HTTP listener, with a real Probot app in front of it: what the unit tests
// promise has to hold for the client that the app really uses.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { afterEach, expect, test } from "@jest/globals";
import { Probot, ProbotOctokit } from "probot";
import { createRig } from "./rig.ts";

let server: Server | undefined;

afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

test("a Probot app receives, looks up, answers and checks", async () => {
  const rig = createRig();
  rig.clock.nowMs = Date.now();
  const listener = getRequestListener((request) => rig.sandbox.fetch(request));
  server = createServer(listener);
  const { port } = await new Promise<AddressInfo>((resolve) => {
    server?.listen(0, "127.0.0.1", () => resolve(server?.address() as AddressInfo));
  });
  rig.options.origin = `http://127.0.0.1:${port}`;

  const probot = new Probot({
    appId: rig.options.app.id,
    privateKey: rig.privateKeyPem,
    secret: rig.options.app.webhookSecret,
    baseUrl: `${rig.options.origin}/api/v3`,
    logLevel: "fatal",
    Octokit: ProbotOctokit.defaults({ retry: { enabled: false }, throttle: { enabled: false } }),
  });
  const seen: string[] = [];
  await probot.load((app) => {
    app.on("issues.opened", async (context) => {
      const { data } = await context.octokit.rest.issues.createComment(
        context.issue({ body: "A bounty?" }),
      );
      const own = context.payload.installation?.id ?? 0;
      const octokit = await app.auth(own);
      await octokit.graphql(
        "mutation($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: OUTDATED}) { minimizedComment { isMinimized } } }",
        { id: data.node_id },
      );
      seen.push(context.name);
    });
    app.on("pull_request.opened", async (context) => {
      const head_sha = context.payload.pull_request.head.sha;
      await context.octokit.rest.checks.create(context.repo({ name: "Whipround", head_sha }));
    });
  });

  await rig.sandbox.act("stranger").openIssue();
  const pull = await rig.sandbox.act("contributor").openPull();
  await rig.sandbox.runDue();
  for (const { headers, text } of rig.received) {
    await probot.webhooks.verifyAndReceive({
      id: headers.get("x-github-delivery") ?? "",
      name: headers.get("x-github-event") ?? "",
      payload: text,
      signature: headers.get("x-hub-signature-256") ?? "",
    });
  }
  expect(seen).toEqual(["issues"]);
  expect(rig.sandbox.comments("acme/widgets", 1)).toMatchObject([
    { body: "A bounty?", minimizedReason: "OUTDATED", performed_via_github_app: { id: 4242 } },
  ]);
  expect(rig.sandbox.checkRuns("acme/widgets", pull.head.sha)).toMatchObject([
    { name: "Whipround" },
  ]);
});
