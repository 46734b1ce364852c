/** Where the O'Brien–Fleming bar is this many standard errors up, no evidence is read yet: its tail is near the smallest double. */
export const highestBar = 37;

/** Until this many days have passed the share of the plan can't be more than the share of them: a week has weekends. */
export const firstWeekDays = 7;

/** From this share of the plan on its units may not be raised any more: from 0.95 on doing so lets the level grow to 6–8 %. */
export const planIsFixedFrom = 0.5;

/** How many times the units of a fixed test the sequential one needs for the same power (simulated: 0.80 at 336 looks). */
export const sequentialInflation = 1.07;

/** The total units at which the confidence sequence of an unplanned run is narrowest. */
export const defaultTuningUnits = 5000;

/** Before so many units per arm, and so many conversions in both arms together, the confidence sequence is not begun. */
export const sequenceBegins = { unitsPerArm: 100, conversions: 20 } as const;
