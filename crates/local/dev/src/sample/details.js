// Loaded on demand: its name differs in every release.
export const details = "Roasted slowly, as release {{release}} ({{colour}}) tells it.";
