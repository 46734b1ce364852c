/** How long a caller that says so may wait for one answer, where it is longer than the installation's deadline. */
export const longestCallMs = 60_000;
