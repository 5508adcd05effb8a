import { expect, test } from "@jest/globals";
import { createRig, type Rig } from "./rig.ts";

async function open(rig: Rig, path: string, as = "maintainer", more = "") {
  const headers = { cookie: `sandbox_user=${as}${more}` };
  const response = await rig.sandbox.fetch(
    new Request(`${rig.options.origin}${path}`, { headers }),
  );
  return {
    status: response.status,
    text: await response.text(),
    to: response.headers.get("location"),
  };
}

async function submit(rig: Rig, path: string, fields: Record<string, string>, as = "maintainer") {
  const { origin } = rig.options;
  const headers = { cookie: `sandbox_user=${as}`, origin };
  const body = new URLSearchParams(fields);
  const response = await rig.sandbox.fetch(
    new Request(`${origin}${path}`, { method: "POST", headers, body }),
  );
  return { status: response.status, to: response.headers.get("location") ?? "" };
}

test("a whole story can be clicked", async () => {
  const rig = createRig();
  const issue = await submit(
    rig,
    "/acme/widgets/issues",
    { title: "Squeak", body: "Loud" },
    "stranger",
  );
  expect(issue).toEqual({ status: 303, to: "/acme/widgets/issues/1" });
  await submit(rig, "/acme/widgets/issues/1/labels", { name: "bounty: $200" });
  await submit(rig, "/acme/widgets/issues/1/comments", { body: "/pledge $5\r\nplease" }, "backer");
  expect(rig.sandbox.comments("acme/widgets", 1)[0]?.body).toBe("/pledge $5\nplease");
  const form = await open(rig, "/acme/widgets/compare?issue=1", "contributor");
  expect(form.text).toContain("Fixes #1");
  const pull = await submit(
    rig,
    "/acme/widgets/pulls",
    { title: "Oil", body: "Fixes #1", base: "main" },
    "contributor",
  );
  expect(pull.to).toBe("/acme/widgets/pull/2");
  await submit(rig, "/acme/widgets/pull/2/commits", { message: "More oil" }, "contributor");
  await submit(rig, "/acme/widgets/pull/2/reviews", { event: "APPROVE", body: "" });
  const refused = await submit(rig, "/acme/widgets/pull/2/merge", {}, "stranger");
  expect(decodeURIComponent(refused.to)).toContain("write+access");
  await submit(rig, "/acme/widgets/pull/2/merge", { method: "squash" });
  expect(rig.sandbox.issue("acme/widgets", 1).state).toBe("closed");
  const page = await open(rig, "/acme/widgets/pull/2");
  expect(page.text).toContain("Merged by maintainer");
  expect((await open(rig, "/acme/widgets/issues/1")).text).toContain("bounty: $200");
});

test("Markdown keeps pictures and tables, hides HTML comments and lets no script through", async () => {
  const rig = createRig();
  await rig.sandbox.act("stranger").openIssue({
    title: "<b>Bold</b>",
    body: `<!-- marker -->\n<picture><source media="(prefers-color-scheme: dark)" srcset="http://x/d.svg"><img src="http://x/l.svg" alt="p"></picture>\n\n| a | b |\n|---|---|\n| 1 | @backer |\n\n<script>alert(1)</script><img src=x onerror=alert(2)>\n\n[x](javascript:alert(3))`,
  });
  const { text } = await open(rig, "/acme/widgets/issues/1", "backer", "; sandbox_theme=dark");
  expect(text).toContain('<source media="all" srcset="http://x/d.svg"');
  expect(text).toContain("<table>");
  expect(text).toContain('<a href="/backer"');
  expect(text).toContain("&lt;b&gt;Bold");
  for (const bad of ["marker", "<script>alert", "onerror", "javascript:"])
    expect(text).not.toContain(bad);
});

test("a minimised comment is folded", async () => {
  const rig = createRig();
  await rig.sandbox.act("stranger").openIssue();
  const { node_id } = await rig.sandbox.act("stranger").comment(1, "done with");
  const query = `mutation { minimizeComment(input: {subjectId: "${node_id}", classifier: RESOLVED}) { minimizedComment { isMinimized } } }`;
  await rig.sandbox.act("maintainer").request("POST", "/graphql", { query });
  expect((await open(rig, "/acme/widgets/issues/1")).text).toContain("marked as resolved");
});

test("the private repository is not here for strangers, and an issue's address finds its pull request", async () => {
  const rig = createRig();
  await rig.sandbox.act("contributor").openPull();
  expect((await open(rig, "/acme/secret", "stranger")).status).toBe(404);
  expect((await open(rig, "/acme/secret")).status).toBe(200);
  expect((await open(rig, "/acme/widgets/issues/1")).to).toBe("/acme/widgets/pull/1");
  expect((await open(rig, "/acme/widgets/issues/99")).status).toBe(404);
});

test("every page opens", async () => {
  const rig = createRig();
  await rig.sandbox.act("stranger").openIssue();
  const pull = await rig.sandbox.act("contributor").openPull();
  const auth = `Bearer ${await rig.installationToken()}`;
  const body = {
    name: "Whipround",
    head_sha: pull.head.sha,
    conclusion: "neutral",
    output: { title: "Releases $5", summary: "**five**" },
  };
  const run = await rig.call("POST", "/repos/acme/widgets/check-runs", { auth, body });
  await rig.sandbox.runDue();
  const delivery = rig.sandbox.deliveries()[0]?.id;
  const paths = [
    "/",
    "/acme",
    "/acme/widgets",
    "/acme/widgets/issues",
    "/acme/widgets/pulls",
    "/acme/widgets/files",
    "/acme/widgets/edit?path=README.md",
    "/acme/widgets/compare",
    "/acme/widgets/issues/new",
    "/acme/widgets/issues/1",
    "/acme/widgets/pull/2",
    `/acme/widgets/runs/${run.body.id}`,
    "/sandbox/deliveries",
    `/sandbox/deliveries/${delivery}`,
    "/avatars/1002",
  ];
  for (const path of paths) expect([path, (await open(rig, path)).status]).toEqual([path, 200]);
  expect((await open(rig, "/acme/widgets/pull/2")).text).toContain("Releases $5");
  const again = await submit(rig, `/sandbox/deliveries/${delivery}/attempts`, {});
  expect(again.to).toBe("/sandbox/deliveries");
  expect(await rig.sandbox.runDue()).toBe(1);
});

test("a form from elsewhere is refused, and the way back stays on this site", async () => {
  const rig = createRig();
  const { origin } = rig.options;
  const body = new URLSearchParams({ body: "hi" });
  const foreign = new Request(`${origin}/acme/widgets/issues`, {
    method: "POST",
    body,
    headers: { origin: "http://evil.example" },
  });
  expect((await rig.sandbox.fetch(foreign)).status).toBe(403);
  const switched = await submit(rig, "/sandbox/user", { login: "backer", back: "//evil.example" });
  expect(switched).toEqual({ status: 303, to: "/" });
});
