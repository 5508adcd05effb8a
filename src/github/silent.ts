// Octokit's own log goes to the console; ours says what there is to say.

export const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {}
