/** Units of each arm under which a stratum is merged into the largest one, and a covariate is left out. */
export const leastStratumUnits = 20;
