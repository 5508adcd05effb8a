// The built app with nobody at its queues: what it receives is stored and waits. Only for comparison; no
// deployment runs like this.
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const built = (name) => import(pathToFileURL(join(process.argv[2], name)).href);
const { configFromEnvironment } = await built("config.js");
const { serve } = await built("serve.js");
await serve(configFromEnvironment(), { work: false });
process.once("SIGINT", () => process.exit(0));
