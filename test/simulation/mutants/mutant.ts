// A bug planted on purpose: pieces of text that must each stand exactly once in their file, and what stands
// there instead.

interface Patch {
  file: string;
  find: string;
  replace: string;
}

export interface Mutant {
  name: string;
  patches: readonly Patch[];
}

export function mutant(name: string, file: string, find: string, replace: string): Mutant {
  return { name, patches: [{ file, find, replace }] };
}
