// Probot as its documentation starts it, with one handler that does nothing: what receiving a webhook
// costs without keeping it.
import { run } from "probot";

await run((app) => {
  app.on("issue_comment", async () => {});
});
