// An account takes another name. Its number, its repositories and what it wrote stay its own; whoever
// registers the former name is somebody else.
import { installationOn } from "./access.ts";
import { callOtherwise } from "./repo-verbs.ts";
import { accountJson } from "./shape-accounts.ts";
import type { Account } from "./state.ts";
import { emit } from "./webhooks.ts";
import { findAccount, type World } from "./world.ts";

export function renameAccount(world: World, one: Account, login: string, actorId: number): void {
  const taken = findAccount(world, login);
  if (taken && taken.id !== one.id) throw new Error(`the login ${login} is taken`);
  const from = one.login;
  const owned = Object.values(world.state.repos).filter((repo) => repo.ownerId === one.id);
  callOtherwise(world, owned, () => {
    one.login = login;
  });
  const installation = installationOn(world, one.id);
  if (!installation) return;
  const target_type = one.type === "Organization" ? "Organization" : "User";
  emit(world, {
    event: "installation_target",
    action: "renamed",
    installation,
    senderId: actorId,
    payload: () => ({
      target_type,
      account: accountJson(world, one),
      changes: { login: { from } },
    }),
  });
}
