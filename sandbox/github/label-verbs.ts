// Finding, making and exchanging labels. A label that an issue is given and nobody has made before
// comes into being, as on GitHub.
import { validationFailed } from "./http.ts";
import { addLabels, removeLabel } from "./issue-verbs.ts";
import type { Issue, Label, Repo } from "./state.ts";
import { newId, repoById, type World } from "./world.ts";

export function labelsNamed(repo: Repo, names: string[]): Label[] {
  const wanted = names.map((name) => name.trim().toLowerCase());
  return repo.labels.filter((one) => wanted.includes(one.name.toLowerCase()));
}

export function addLabel(world: World, repo: Repo, fresh: Omit<Label, "id">): Label {
  if (!fresh.name.trim()) {
    throw validationFailed({ resource: "Label", code: "missing_field", field: "name" });
  }
  if (fresh.name.length > 50) {
    const message = "name is too long (maximum is 50 characters)";
    throw validationFailed({ resource: "Label", code: "custom", field: "name", message });
  }
  const label = { id: newId(world), ...fresh };
  repo.labels.push(label);
  return label;
}

export function resolveLabels(world: World, repo: Repo, names: string[]): Label[] {
  return names.map((text) => {
    const name = text.trim();
    const known = labelsNamed(repo, [name])[0];
    return known ?? addLabel(world, repo, { name, color: "ededed", description: null });
  });
}

export function replaceLabels(world: World, issue: Issue, names: string[], actorId: number): void {
  const repo = repoById(world, issue.repoId);
  const wanted = resolveLabels(world, repo, names);
  for (const label of repo.labels) {
    if (issue.labelIds.includes(label.id) && !wanted.includes(label)) {
      removeLabel(world, issue, label, actorId);
    }
  }
  addLabels(world, issue, wanted, actorId);
}
